#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/time.hpp"

namespace parley::rtp {

struct JitterEstimatorOptions {
  Duration least = std::chrono::milliseconds(60);  ///< the delay of a calm network
  Duration most = std::chrono::milliseconds(200);  ///< later packets are given up
  /// Above the jitter that was seen: for the packet after a lost one, whose FEC repairs it.
  Duration margin = std::chrono::milliseconds(30);
  Duration window = std::chrono::seconds(1);
  /// Windows with fewer packets (pauses) say nothing.
  std::size_t min_packets = 10;
  /// One packet in so many may come later than the target allows.
  std::size_t packets_per_outlier = 50;
};

/// How much longer than the fastest packets the slow ones take, and so how long playout has to wait
/// for them. The median of three windows decides: one stall of the network moves nothing, jitter
/// that stays is followed within two windows, and so is its end.
class JitterEstimator {
 public:
  explicit JitterEstimator(const JitterEstimatorOptions& options);

  /// A packet arrived that will be played after `wait`; negative: it was late by that.
  void observe(Instant now, Duration wait);
  /// The playout point moved, so waits before and after do not compare: begin this window anew.
  void restart();

  Duration target() const { return target_; }

 private:
  void close_window();
  /// The spread of the window's waits without its outliers, margin and bounds applied.
  Duration wanted();

  JitterEstimatorOptions options_;
  std::optional<Instant> window_end_;
  std::vector<Duration> waits_;
  std::array<Duration, 3> recent_{};  ///< wanted by the last windows
  std::size_t next_ = 0;
  Duration target_;
};

}  // namespace parley::rtp
