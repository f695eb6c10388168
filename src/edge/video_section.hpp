#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/rtp.hpp"
#include "wire/sdp.hpp"

namespace parley::edge {

/// What both ends agreed on for one m= section of video, as the peer described it: H.264
/// constrained baseline in packetization-mode 1.
struct VideoSection {
  std::size_t section = 0;  ///< which one; the same in every description (RFC 3264 §8)
  std::string mid{};
  wire::PayloadType payload_type{};
  std::string profile_level_id{};                               ///< RFC 6184 §8.1, as offered
  wire::SdpDirection direction = wire::SdpDirection::sendrecv;  ///< the peer's
  std::optional<std::uint8_t> mid_extension_id{};               ///< 1 to 14
  std::vector<wire::Ssrc> ssrcs{};                              ///< that the peer announced
};

/// One video section of a leg, as whoever uses it sees it.
struct VideoTrack {
  std::size_t section = 0;
  wire::SdpDirection direction = wire::SdpDirection::inactive;  ///< ours
  wire::PayloadType payload_type{};
  wire::Ssrc ssrc{};  ///< of what we send
};

}  // namespace parley::edge
