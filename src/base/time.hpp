#pragma once

#include <chrono>
#include <cstdint>

namespace parley {

using Duration = std::chrono::nanoseconds;

/// The monotonic clock as a type only: nobody below the impure floors can read it, time is an
/// argument.
struct MonotonicClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};

/// A point on the monotonic clock. Deadlines use it.
using Instant = MonotonicClock::time_point;

/// A point on the wall clock, in milliseconds since 1970-01-01 UTC. Rows and tokens use it.
using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Both clocks, read once per input by the impure floor that owns the machine.
struct Now {
  Instant monotonic{};
  UtcTime utc{};
};

inline Instant operator+(const Now& now, Duration delay) {
  return now.monotonic + delay;
}

}  // namespace parley
