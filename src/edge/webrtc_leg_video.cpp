#include <algorithm>

#include "edge/webrtc_leg.hpp"

/// What a leg does for its video sections.
namespace parley::edge {
namespace {

constexpr std::uint32_t kClockRate = 90'000;  // RFC 6184 §8.2.1

}  // namespace

std::size_t WebrtcLeg::most_video() const {
  return role_ == Role::server ? options_.most_video : offer_.video.size();
}

// A section keeps its SSRC through all descriptions.
wire::Ssrc WebrtcLeg::video_ssrc(std::size_t section) {
  const auto known =
      std::find_if(local_.video.begin(), local_.video.end(),
                   [section](const LocalVideo& video) { return video.section == section; });
  if (known != local_.video.end()) return known->ssrc;
  return local_.video.emplace_back(LocalVideo{section, {std::max(1u, random_->u32())}}).ssrc;
}

void WebrtcLeg::agree_on_video(const RemoteDescription& remote) {
  video_.clear();
  for (const VideoSection& section : remote.video)
    video_.push_back({.section = section.section,
                      .direction = mirrored(section.direction),
                      .payload_type = section.payload_type,
                      .ssrc = video_ssrc(section.section)});
  video_demux_.configure(remote.video);
}

std::optional<ReceivedRtp> WebrtcLeg::receive_video(const Now& now, const wire::RtpPacket& packet) {
  const auto section = video_demux_.section_of(packet);
  if (!section) {
    ++stats_.unknown_payload_type;
    return std::nullopt;
  }
  rtcp_->packet_received(now, packet.header, kClockRate);
  ++stats_.rtp_received;
  return ReceivedRtp{
      .header = packet.header, .payload = packet.payload, .level = std::nullopt, .video = section};
}

void WebrtcLeg::send_video(const Now& now, const VideoToSend& rtp) {
  const auto track = std::find_if(
      video_.begin(), video_.end(),
      [&rtp](const VideoTrack& candidate) { return candidate.section == rtp.section; });
  const bool is_alive = track != video_.end();
  if (!may_send(is_alive ? track->direction : wire::SdpDirection::inactive, rtp.payload.size()))
    return;
  send_packet(now,
              {.marker = rtp.marker,
               .payload_type = track->payload_type,
               .sequence = rtp.sequence,
               .timestamp = rtp.timestamp,
               .ssrc = track->ssrc},
              rtp.payload, std::nullopt, kClockRate);
}

void WebrtcLeg::request_key_frame(std::size_t section) {
  const auto source = video_demux_.source_of(section);
  if (!connected() || !source) return;
  rtcp_->request_picture(*source);
  follow_rtcp();
}

void WebrtcLeg::note_picture_request(wire::Ssrc media) {
  for (const VideoTrack& track : video_)
    if (track.ssrc == media) events_.push_back(KeyFrameWanted{track.section});
}

}  // namespace parley::edge
