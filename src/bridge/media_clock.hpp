#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace parley::bridge {

/// The ticks to run now: `count` of them from `first`; `skipped` ones before are lost.
struct DueTicks {
  std::int64_t first = 0;
  std::int64_t count = 0;
  std::int64_t skipped = 0;
};

/// Counts 48 kHz samples and 20 ms ticks of one bridge from its start on the monotonic clock. Tick
/// n stands at exactly `start + n * 20 ms`: a late one does not move the next. All clocks start on
/// a common grid of 5 ms, so that the bridges of a shard tick together, a quarter of them at a
/// time: one wake-up and few system calls for all of those.
class MediaClock {
 public:
  static constexpr std::uint32_t kRate = 48'000;
  static constexpr std::chrono::milliseconds kTick{20};
  static constexpr std::int64_t kTickSamples = 960;
  /// Ticks made up for in one go; what is later than that is skipped.
  static constexpr std::int64_t kMaxCatchUp = 3;

  static constexpr std::chrono::milliseconds kGrid{5};

  /// @param now  the start is the grid's point at it or before it
  explicit MediaClock(Instant now) : start_(now - now.time_since_epoch() % kGrid) {}

  /// Samples since the start, rounded down.
  std::int64_t samples_at(Instant now) const;
  /// What it shows more than the other, always: 48 kHz samples, negative when it started later.
  std::int64_t samples_ahead_of(const MediaClock& other) const;
  Instant instant_of(std::int64_t tick) const { return start_ + kTick * tick; }

  /// From the first tick at or after `now` on, if it doesn't tick yet.
  void start_ticking(Instant now);
  void stop_ticking() { next_.reset(); }
  std::optional<Instant> next_tick() const;
  /// Takes the due ticks away; the next one follows them.
  DueTicks take_due(Instant now);

 private:
  Instant start_;
  std::optional<std::int64_t> next_;
};

}  // namespace parley::bridge
