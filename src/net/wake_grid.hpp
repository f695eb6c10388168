#pragma once

#include "base/time.hpp"

namespace parley::net {

/// A shard's deadlines are met, and where many datagrams come its sockets read, at the points of
/// this grid of the monotonic clock, so that what is due at nearly the same time costs one wake-up:
/// a timer's costs more than a packet. The bridges' ticks lie on every second point.
constexpr Duration kWakeGrid = std::chrono::microseconds(2'500);

/// The grid's point at `at` or right after it.
constexpr Instant wake_for(Instant at) {
  const Duration past = at.time_since_epoch() % kWakeGrid;
  return past > Duration{} ? at + (kWakeGrid - past) : at;
}

}  // namespace parley::net
