#pragma once

#include <cstddef>
#include <optional>

#include "media/key_frame_requests.hpp"
#include "media/video_slot.hpp"
#include "model/ids.hpp"

namespace parley::bridge {

/// What a port's peer sends in one of its video sections.
struct VideoSource {
  PortId port;
  std::size_t section = 0;

  friend bool operator==(const VideoSource&, const VideoSource&) = default;
};

/// One video section of a port: what its peer sends in it, and the slot that its peer sees.
struct PortVideo {
  std::size_t section = 0;
  media::KeyFrameRequests requests{};
  media::VideoSlot slot;
  std::optional<VideoSource> shows{};  ///< in the slot
};

}  // namespace parley::bridge
