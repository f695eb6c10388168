#pragma once

#include <optional>

#include "base/time.hpp"
#include "proto/rtp/jitter_estimator.hpp"

namespace parley::rtp {

struct PlayoutDelayOptions {
  /// A packet that takes this much longer than the fastest ones is still played. From here the
  /// target follows the network's jitter up to `max_target`.
  Duration target = std::chrono::milliseconds(60);
  Duration max_target = std::chrono::milliseconds(200);
  /// Delay above the target that is given back where it is not heard: in a gap or a quiet frame.
  Duration quiet_excess = std::chrono::milliseconds(20);
  /// Above this, one frame a window is dropped whatever it holds.
  Duration loud_excess = std::chrono::milliseconds(40);
  /// Above this, playout jumps to the target at once.
  Duration jump_excess = std::chrono::milliseconds(200);
  /// Delay below the target that is mended by one stretched frame.
  Duration shortfall = std::chrono::milliseconds(10);
  /// How long the fastest packet is looked for before the delay is judged: longer than a burst of
  /// jitter.
  Duration window = std::chrono::seconds(2);
};

enum class DelayCorrection {
  none,
  drop_if_quiet,  ///< drop one frame, should it be quiet or a gap
  drop,           ///< drop one frame
  jump,           ///< drop all of `excess()`
  stretch         ///< add one concealed frame
};

/// Holds the playout delay at its target while two clocks drift apart. Each packet tells how long
/// it will wait; the longest wait of a window is that of the fastest packet, which no jitter
/// lengthened, so it moves only when the clocks or the route do. `JitterEstimator` sets the target.
class PlayoutDelay {
 public:
  explicit PlayoutDelay(const PlayoutDelayOptions& options)
      : options_(options), jitter_({.least = options.target, .most = options.max_target}) {}

  /// A packet arrived that will be played after `wait`; negative: it was late by that.
  void observe(Instant now, Duration wait);
  /// What the last full window asks for, until it is done or another window says otherwise.
  DelayCorrection due() const { return due_; }
  /// Playout started anew: look at a fresh window.
  void restart();
  /// The correction that was due moved playout by that much: later (more delay) is positive. What
  /// is still short of a target that rose is due at once; everything else waits for a fresh window.
  void corrected(Duration moved);

  Duration target() const { return jitter_.target(); }
  /// Of the last full window; nullopt before.
  std::optional<Duration> measured() const { return measured_; }
  Duration excess() const { return measured_ ? *measured_ - target() : Duration{}; }
  /// In a gap, a packet that waited this long is played at once: it was faster than any before.
  Duration longest_wait() const { return target() + options_.quiet_excess; }

 private:
  DelayCorrection judge() const;

  PlayoutDelayOptions options_;
  JitterEstimator jitter_;
  std::optional<Instant> window_end_;
  Duration longest_{};
  std::optional<Duration> measured_;
  DelayCorrection due_ = DelayCorrection::none;
};

}  // namespace parley::rtp
