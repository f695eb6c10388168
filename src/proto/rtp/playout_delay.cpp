#include "proto/rtp/playout_delay.hpp"

#include <algorithm>

namespace parley::rtp {

void PlayoutDelay::observe(Instant now, Duration wait) {
  const Duration before = target();
  jitter_.observe(now, wait);
  // Packets are being lost for want of delay: the window need not end.
  if (target() > before && measured_) due_ = judge();
  if (window_end_ && now >= *window_end_) {
    measured_ = longest_;
    due_ = judge();
    window_end_.reset();
  }
  if (!window_end_) {
    window_end_ = now + options_.window;
    longest_ = wait;
  }
  longest_ = std::max(longest_, wait);
}

void PlayoutDelay::restart() {
  due_ = DelayCorrection::none;
  window_end_.reset();
  jitter_.restart();
}

void PlayoutDelay::corrected(Duration moved) {
  if (measured_) *measured_ += moved;
  restart();
  if (judge() == DelayCorrection::stretch) due_ = DelayCorrection::stretch;
}

DelayCorrection PlayoutDelay::judge() const {
  const Duration over = excess();
  if (over > options_.jump_excess) return DelayCorrection::jump;
  if (over > options_.loud_excess) return DelayCorrection::drop;
  if (over > options_.quiet_excess) return DelayCorrection::drop_if_quiet;
  if (over < -options_.shortfall) return DelayCorrection::stretch;
  return DelayCorrection::none;
}

}  // namespace parley::rtp
