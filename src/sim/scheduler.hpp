#pragma once

#include <functional>
#include <map>
#include <utility>

#include "base/time.hpp"

namespace parley::sim {

/// Virtual time: things happen at their instant, those of one instant in the order they were asked
/// for.
class Scheduler {
 public:
  Now now() const { return now_; }

  void after(Duration delay, std::function<void()> action) {
    at(now_.monotonic + delay, std::move(action));
  }
  void at(Instant instant, std::function<void()> action) {
    queue_.emplace(std::pair(std::max(instant, now_.monotonic), next_++), std::move(action));
  }
  /// Somebody sets the clock on the wall; what waits for its instant does not notice.
  void set_wall_clock_forward(std::chrono::milliseconds step) {
    start_ += step;
    now_.utc += step;
  }
  /// Runs the next thing; false when there is none up to `limit`, and the time is then `limit`.
  bool run_one(Instant limit) {
    if (queue_.empty() || queue_.begin()->first.first > limit) {
      advance_to(limit);
      return false;
    }
    auto node = queue_.extract(queue_.begin());
    advance_to(node.key().first);
    node.mapped()();
    return true;
  }

 private:
  void advance_to(Instant instant) {
    if (instant <= now_.monotonic) return;
    now_.monotonic = instant;
    now_.utc =
        start_ + std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch());
  }

  /// 2026-01-01T00:00:00Z, an arbitrary day.
  UtcTime start_{std::chrono::seconds(1'767'225'600)};
  Now now_{Instant{}, start_};
  std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> queue_;
  std::uint64_t next_ = 0;
};

}  // namespace parley::sim
