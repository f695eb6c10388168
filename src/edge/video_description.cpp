#include "edge/video_description.hpp"

#include <algorithm>
#include <charconv>

#include "edge/own_section.hpp"
#include "wire/rtp_extension.hpp"

namespace parley::edge {
namespace {

using wire::SdpDirection;
using wire::SdpMedia;

constexpr std::uint32_t kClockRate = 90'000;  // RFC 6184 §8.2.1
// What browsers give to it, when we offer.
constexpr wire::PayloadType kOfferedType{102};
constexpr std::uint8_t kOfferedMidId = 4;
/// Level 3.1: 720p at 30 frames a second.
constexpr std::string_view kOfferedProfile = "42e01f";
/// RFC 4585 §4.2. NACK without PLI is not there: nothing is sent again.
constexpr std::string_view kPictureLoss = "nack pli";
/// The one-byte form of RFC 8285 §4.2 ends here.
constexpr std::uint16_t kLastOneByteId = 14;

/// RFC 6184 §8.1, table 5: profile_idc, and the bits of profile-iop that make it constrained
/// baseline.
struct BaselineForm {
  std::uint32_t profile, mask, bits;
};
constexpr BaselineForm kConstrainedBaseline[] = {
    {0x42, 0x4F, 0x40}, {0x4D, 0x8F, 0x80}, {0x58, 0xCF, 0xC0}};

bool is_constrained_baseline(std::string_view profile_level_id) {
  std::uint32_t value = 0;
  const char* end = profile_level_id.data() + profile_level_id.size();
  const auto parsed = std::from_chars(profile_level_id.data(), end, value, 16);
  if (profile_level_id.size() != 6 || parsed.ec != std::errc{} || parsed.ptr != end) return false;
  return std::any_of(std::begin(kConstrainedBaseline), std::end(kConstrainedBaseline),
                     [value](const BaselineForm& form) {
                       return value >> 16 == form.profile &&
                              ((value >> 8) & form.mask) == form.bits;
                     });
}

const wire::SdpCodec* find_h264(const SdpMedia& media) {
  const auto found =
      std::find_if(media.codecs.begin(), media.codecs.end(), [](const wire::SdpCodec& codec) {
        return codec.is("H264", kClockRate) &&
               wire::fmtp_parameter(codec.fmtp, "packetization-mode") == "1" &&
               is_constrained_baseline(
                   wire::fmtp_parameter(codec.fmtp, "profile-level-id").value_or(""));
      });
  return found == media.codecs.end() ? nullptr : &*found;
}

/// Whether it shares the audio's transport. RFC 9143 §7.3: port 0 is taken back, unless it is in
/// the bundle only.
bool rides_along(const SdpMedia& media, const std::vector<std::string>& bundle) {
  return media.kind == "video" && media.is_rtp() && (media.port != 0 || media.bundle_only) &&
         media.protocol.find("RTP/SAVP") != std::string::npos && media.rtcp_mux &&
         std::find(bundle.begin(), bundle.end(), media.mid) != bundle.end();
}

wire::SdpCodec h264(wire::PayloadType payload_type, std::string_view profile_level_id) {
  return {.payload_type = payload_type,
          .name = "H264",
          .clock_rate = kClockRate,
          .channels = 1,
          .fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=" +
                  std::string(profile_level_id),
          .feedback = {std::string(kPictureLoss)}};
}

/// A stream for each section: they show different people.
SdpMedia own_video(const std::string& mid, std::size_t section, SdpDirection direction,
                   wire::SdpSetup setup, const LocalDescription& local) {
  SdpMedia media = own_section(local, direction, setup);
  media.kind = "video";
  media.mid = mid;
  const auto ours = std::find_if(local.video.begin(), local.video.end(),
                                 [section](const auto& video) { return video.section == section; });
  if (sends(direction) && ours != local.video.end())
    announce_source(media, local, ours->ssrc, "parley-" + mid + " video-" + mid);
  return media;
}

}  // namespace

std::vector<VideoSection> read_video(const wire::SdpSession& session, const SdpMedia& audio,
                                     std::size_t most) {
  std::vector<VideoSection> sections;
  const auto* bundle = session.bundle_of(audio.mid);
  if (!bundle) return sections;
  for (std::size_t i = 0; i < session.media.size() && sections.size() < most; ++i) {
    const SdpMedia& media = session.media[i];
    const wire::SdpCodec* codec = rides_along(media, *bundle) ? find_h264(media) : nullptr;
    if (!codec) continue;
    VideoSection& video = sections.emplace_back(VideoSection{
        .section = i,
        .mid = media.mid,
        .payload_type = codec->payload_type,
        .profile_level_id = std::string(*wire::fmtp_parameter(codec->fmtp, "profile-level-id")),
        .direction = session.direction_of(media)});
    const wire::SdpExtmap* mid = media.find_extmap(wire::kMidUri);
    if (mid && mid->id >= 1 && mid->id <= kLastOneByteId)
      video.mid_extension_id = static_cast<std::uint8_t>(mid->id);
    for (const wire::SdpSource& source : media.sources) video.ssrcs.push_back(source.ssrc);
  }
  return sections;
}

SdpMedia offered_video(std::size_t section, SdpDirection direction, const LocalDescription& local) {
  SdpMedia media =
      own_video(std::to_string(section), section, direction, wire::SdpSetup::actpass, local);
  media.codecs = {h264(kOfferedType, kOfferedProfile)};
  media.extmaps = {{kOfferedMidId, std::nullopt, std::string(wire::kMidUri)}};
  return media;
}

SdpMedia answered_video(const SdpMedia& offered, const VideoSection& accepted,
                        const LocalDescription& local) {
  SdpMedia media = own_video(offered.mid, accepted.section, mirrored(accepted.direction),
                             wire::SdpSetup::passive, local);
  media.protocol = offered.protocol;
  media.rtcp_rsize = offered.rtcp_rsize;
  media.codecs = {h264(accepted.payload_type, accepted.profile_level_id)};
  if (accepted.mid_extension_id)
    media.extmaps = {{*accepted.mid_extension_id, std::nullopt, std::string(wire::kMidUri)}};
  return media;
}

}  // namespace parley::edge
