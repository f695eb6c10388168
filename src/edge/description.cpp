#include "edge/description.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "edge/own_section.hpp"
#include "edge/video_description.hpp"
#include "wire/rtp_extension.hpp"

namespace parley::edge {
namespace {

using wire::SdpDirection;
using wire::SdpMedia;
using wire::SdpSession;

/// RFC 7587 §6.1: what we take, and what our encoder does.
constexpr std::string_view kOpusParameters = "minptime=10;useinbandfec=1";
/// RFC 4733 §2.4.1: the keys of a telephone.
constexpr std::string_view kTelephoneEvents = "0-16";
/// The one-byte form of RFC 8285 §4.2 ends here.
constexpr std::uint16_t kLastOneByteId = 14;
/// What browsers give to the level and to telephone events, when we offer.
constexpr std::uint8_t kLevelId = 1;
constexpr std::uint8_t kWideEventType = 110;
constexpr std::uint8_t kNarrowEventType = 126;
/// `STREAM TRACK` (RFC 8830): without it some browsers make no stream of our track.
constexpr std::string_view kMsid = "parley audio";

Failure<OfferRefusal> refuse(RefusalReason reason, std::string text) {
  return Failure{OfferRefusal{reason, std::move(text)}};
}

/// Whether the section speaks of SRTP and was not taken back (RFC 8829 §5.3.1: bundled-only ones
/// have port 0 too). Old peers leave the DTLS out of the protocol's name.
bool is_live_audio(const SdpMedia& media) {
  return media.kind == "audio" && media.is_rtp() && (media.port != 0 || media.bundle_only) &&
         media.protocol.find("RTP/SAVP") != std::string::npos;
}

std::optional<std::size_t> find_audio(const SdpSession& session) {
  const auto found = std::find_if(session.media.begin(), session.media.end(), is_live_audio);
  if (found == session.media.end()) return std::nullopt;
  return static_cast<std::size_t>(found - session.media.begin());
}

/// RFC 9143 §7.1.3: the first section of the group may speak for all.
wire::SdpTransport transport_of(const SdpSession& session, const SdpMedia& audio) {
  wire::SdpTransport own = session.transport_of(audio);
  const auto* bundle = session.bundle_of(audio.mid);
  if (!bundle || !own.ice_ufrag.empty()) return own;
  for (const SdpMedia& media : session.media)
    if (media.mid == bundle->front()) return session.transport_of(media);
  return own;
}

std::optional<crypto::Sha256Digest> find_fingerprint(const wire::SdpTransport& transport) {
  for (const wire::SdpFingerprint& fingerprint : transport.fingerprints) {
    crypto::Sha256Digest digest{};
    if (fingerprint.hash != "sha-256" || fingerprint.digest.size() != digest.size()) continue;
    std::copy(fingerprint.digest.begin(), fingerprint.digest.end(), digest.begin());
    return digest;
  }
  return std::nullopt;
}

std::optional<AudioFormat> find_format(const SdpMedia& audio) {
  for (const wire::SdpCodec& offered : audio.codecs) {
    const auto known = codec::codec_of(offered.name, offered.clock_rate);
    if (!known || offered.channels != codec::rtpmap_channels(*known)) continue;
    AudioFormat format{.codec = *known,
                       .payload_type = offered.payload_type,
                       .telephone_event = std::nullopt,
                       .clock_rate = codec::clock_rate(*known),
                       .level_extension_id = std::nullopt};
    for (const wire::SdpCodec& event : audio.codecs) {
      if (!event.is("telephone-event", format.clock_rate)) continue;
      format.telephone_event = event.payload_type;
      break;
    }
    const wire::SdpExtmap* level = audio.find_extmap(wire::kAudioLevelUri);
    if (level && level->id >= 1 && level->id <= kLastOneByteId)
      format.level_extension_id = static_cast<std::uint8_t>(level->id);
    return format;
  }
  return std::nullopt;
}

std::vector<ice::RemoteCandidate> candidates_of(const SdpMedia& audio) {
  std::vector<ice::RemoteCandidate> candidates;
  for (const wire::SdpCandidate& candidate : audio.candidates) {
    const auto address = candidate.socket_address();
    if (candidate.transport != Transport::udp || candidate.component != 1 || !address) continue;
    candidates.push_back({*address, candidate.priority});
  }
  return candidates;
}

/// What an offer and an answer are read for alike.
Result<RemoteDescription, OfferRefusal> read(const SdpSession& session, std::size_t most_video) {
  const auto section = find_audio(session);
  if (!section) return refuse(RefusalReason::no_audio, "there is no audio section over DTLS-SRTP");
  const SdpMedia& audio = session.media[*section];
  const wire::SdpTransport transport = transport_of(session, audio);
  if (!audio.rtcp_mux) return refuse(RefusalReason::no_rtcp_mux, "a=rtcp-mux is required");
  if (transport.ice_ufrag.empty() || transport.ice_pwd.empty())
    return refuse(RefusalReason::no_ice_credentials, "a=ice-ufrag and a=ice-pwd are required");
  const auto fingerprint = find_fingerprint(transport);
  if (!fingerprint)
    return refuse(RefusalReason::no_fingerprint, "a=fingerprint with sha-256 is required");
  const auto format = find_format(audio);
  if (!format) return refuse(RefusalReason::no_codec, "Opus, PCMU or PCMA is required");
  return RemoteDescription{.section = *section,
                           .audio = *format,
                           .direction = session.direction_of(audio),
                           .video = read_video(session, audio, most_video),
                           .ice = {transport.ice_ufrag, transport.ice_pwd},
                           .fingerprint = *fingerprint,
                           .candidates = candidates_of(audio)};
}

wire::SdpCodec audio_codec(codec::Codec codec, wire::PayloadType payload_type) {
  return {.payload_type = payload_type,
          .name = std::string(codec::encoding_name(codec)),
          .clock_rate = codec::clock_rate(codec),
          .channels = codec::rtpmap_channels(codec),
          .fmtp = codec == codec::Codec::opus ? std::string(kOpusParameters) : std::string(),
          .feedback = {}};
}

wire::SdpCodec event_codec(wire::PayloadType payload_type, std::uint32_t clock_rate) {
  return {.payload_type = payload_type,
          .name = "telephone-event",
          .clock_rate = clock_rate,
          .channels = 1,
          .fmtp = std::string(kTelephoneEvents),
          .feedback = {}};
}

SdpSession own_session(const LocalDescription& local) {
  SdpSession session;
  session.origin.session_id = local.session_id;
  session.origin.version = local.version;
  session.extmap_allow_mixed = false;
  return session;
}

/// The lines that offers and answers share; codecs and extensions are the caller's.
SdpMedia own_audio(const LocalDescription& local, SdpDirection direction, wire::SdpSetup setup) {
  SdpMedia audio = own_section(local, direction, setup);
  audio.ptime = codec::kFrameMs;
  if (sends(direction)) announce_source(audio, local, local.ssrc, std::string(kMsid));
  return audio;
}

/// RFC 3264 §6: the port is 0, the formats mean nothing but must be there.
SdpMedia rejected(const SdpMedia& offered) {
  SdpMedia media;
  media.kind = offered.kind;
  media.port = 0;
  media.protocol = offered.protocol;
  if (!offered.codecs.empty()) media.codecs = {offered.codecs.front()};
  media.formats = offered.formats;
  media.mid = offered.mid;
  media.direction = SdpDirection::inactive;
  return media;
}

SdpMedia answered(const SdpMedia& offered, const RemoteDescription& accepted,
                  const LocalDescription& local) {
  SdpMedia audio = own_audio(local, mirrored(accepted.direction), wire::SdpSetup::passive);
  const AudioFormat& format = accepted.audio;
  audio.protocol = offered.protocol;
  audio.mid = offered.mid;
  audio.rtcp_rsize = offered.rtcp_rsize;
  audio.codecs = {audio_codec(format.codec, format.payload_type)};
  if (format.telephone_event)
    audio.codecs.push_back(event_codec(*format.telephone_event, format.clock_rate));
  if (format.level_extension_id)
    audio.extmaps = {{*format.level_extension_id, std::nullopt, std::string(wire::kAudioLevelUri)}};
  return audio;
}

std::optional<SdpMedia> answer_to_video(std::size_t section, const SdpMedia& offered,
                                        const RemoteDescription& accepted,
                                        const LocalDescription& local) {
  for (const VideoSection& video : accepted.video)
    if (video.section == section) return answered_video(offered, video, local);
  return std::nullopt;
}

}  // namespace

Result<RemoteDescription, OfferRefusal> read_offer(const SdpSession& offer,
                                                   std::size_t most_video) {
  auto remote = read(offer, most_video);
  if (!remote) return remote;
  const SdpMedia& audio = offer.media[remote->section];
  if (offer.media.size() > 1 && !offer.bundle_of(audio.mid))
    return refuse(RefusalReason::not_bundled, "the audio section is in no BUNDLE group");
  // RFC 8842 §5.2: without the line the offerer would be active.
  const auto setup = transport_of(offer, audio).setup.value_or(wire::SdpSetup::active);
  if (setup != wire::SdpSetup::actpass && setup != wire::SdpSetup::active)
    return refuse(RefusalReason::wrong_setup, "a=setup must be actpass or active");
  return remote;
}

Result<RemoteDescription, OfferRefusal> read_answer(const SdpSession& answer,
                                                    std::size_t most_video) {
  auto remote = read(answer, most_video);
  if (!remote) return remote;
  if (!answer.ice_lite) return refuse(RefusalReason::not_lite, "a=ice-lite is required");
  if (transport_of(answer, answer.media[remote->section]).setup != wire::SdpSetup::passive)
    return refuse(RefusalReason::wrong_setup, "a=setup must be passive");
  return remote;
}

std::string write_offer(const OfferOptions& options, const LocalDescription& local) {
  SdpSession session = own_session(local);
  session.bundles = {{"0"}};
  SdpMedia audio = own_audio(local, options.direction, wire::SdpSetup::actpass);
  audio.mid = "0";
  bool wide = false;
  bool narrow = false;
  for (const codec::Codec codec : options.codecs) {
    audio.codecs.push_back(audio_codec(codec, {codec::default_payload_type(codec)}));
    (codec == codec::Codec::opus ? wide : narrow) = true;
  }
  if (options.telephone_events && wide)
    audio.codecs.push_back(event_codec({kWideEventType}, 48'000));
  if (options.telephone_events && narrow)
    audio.codecs.push_back(event_codec({kNarrowEventType}, 8'000));
  if (options.audio_levels)
    audio.extmaps = {{kLevelId, std::nullopt, std::string(wire::kAudioLevelUri)}};
  session.media = {std::move(audio)};
  for (const SdpDirection direction : options.video) {
    const std::size_t section = session.media.size();
    session.media.push_back(offered_video(section, direction, local));
    session.bundles.front().push_back(session.media.back().mid);
  }
  return wire::write_sdp(session);
}

std::string write_answer(const SdpSession& offer, const RemoteDescription& accepted,
                         const LocalDescription& local) {
  SdpSession session = own_session(local);
  session.ice_lite = true;
  std::vector<std::string> bundled;
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const SdpMedia& offered = offer.media[i];
    auto answer = i == accepted.section ? std::optional(answered(offered, accepted, local))
                                        : answer_to_video(i, offered, accepted, local);
    if (answer) bundled.push_back(offered.mid);
    session.media.push_back(answer ? std::move(*answer) : rejected(offered));
  }
  if (offer.bundle_of(offer.media[accepted.section].mid)) session.bundles = {std::move(bundled)};
  return wire::write_sdp(session);
}

SdpDirection mirrored(SdpDirection direction) {
  switch (direction) {
    case SdpDirection::sendonly:
      return SdpDirection::recvonly;
    case SdpDirection::recvonly:
      return SdpDirection::sendonly;
    case SdpDirection::sendrecv:
    case SdpDirection::inactive:
      return direction;
  }
  return direction;
}

bool sends(SdpDirection direction) {
  return direction == SdpDirection::sendrecv || direction == SdpDirection::sendonly;
}

}  // namespace parley::edge
