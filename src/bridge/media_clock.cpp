#include "bridge/media_clock.hpp"

#include <algorithm>

namespace parley::bridge {

std::int64_t MediaClock::samples_at(Instant now) const {
  // 48 samples are a millisecond, so that no product overflows.
  const Duration since = std::max(now - start_, Duration{});
  const auto whole = std::chrono::floor<std::chrono::seconds>(since);
  const Duration rest = since - whole;
  return whole.count() * kRate + rest.count() * kRate / 1'000'000'000;
}

std::int64_t MediaClock::samples_ahead_of(const MediaClock& other) const {
  return (other.start_ - start_) / std::chrono::microseconds(1) * kRate / 1'000'000;
}

void MediaClock::start_ticking(Instant now) {
  if (next_) return;
  const Duration since = std::max(now - start_, Duration{});
  next_ = (since + kTick - Duration(1)) / kTick;
}

std::optional<Instant> MediaClock::next_tick() const {
  return next_ ? std::optional(instant_of(*next_)) : std::nullopt;
}

DueTicks MediaClock::take_due(Instant now) {
  if (!next_ || now < instant_of(*next_)) return {};
  const std::int64_t due = (now - instant_of(*next_)) / kTick + 1;
  const std::int64_t count = std::min(due, kMaxCatchUp);
  const DueTicks ticks{.first = *next_ + due - count, .count = count, .skipped = due - count};
  *next_ += due;
  return ticks;
}

}  // namespace parley::bridge
