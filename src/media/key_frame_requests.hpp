#pragma once

#include <optional>

#include "base/time.hpp"

namespace parley::media {

/// When a video source is asked for a key frame. However many viewers want one, and however often
/// they say so, the source hears it at most once an interval, and again until a key frame begins:
/// the request, or the key frame's first packet, may be lost. There is no timer in it: whoever
/// holds it asks `due` at each packet of the source, and one that sends nothing is not asked.
class KeyFrameRequests {
 public:
  /// A key frame is large; viewers that lose packets would otherwise have nothing else sent. Longer
  /// than a round trip, so that the answer comes before the next request.
  static constexpr Duration kMinInterval = std::chrono::milliseconds(500);

  /// A viewer waits for a key frame.
  void want() { wanted_ = true; }
  /// One began, after which nobody waits.
  void key_frame_began() { wanted_ = false; }
  /// Whether the source is to be asked now; then that counts as done.
  bool due(const Now& now) {
    if (!wanted_ || (asked_ && now.monotonic - *asked_ < kMinInterval)) return false;
    asked_ = now.monotonic;
    return true;
  }

 private:
  bool wanted_ = false;
  std::optional<Instant> asked_;
};

}  // namespace parley::media
