#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "model/records.hpp"

namespace parley::platform {

/// Timeline lines that wait for a commit to ride along with; after `kPatience` they go alone.
class TimelineBuffer {
 public:
  static constexpr Duration kPatience = std::chrono::seconds(1);
  /// Further lines are dropped: the timeline gates nothing, and is the first to go.
  static constexpr std::size_t kMaxLines = 10'000;

  /// False when it was dropped.
  bool add(const Now& now, model::TimelineRecord line) {
    if (lines_.size() == kMaxLines) return false;
    if (lines_.empty()) due_ = now + kPatience;
    lines_.push_back(std::move(line));
    return true;
  }
  std::vector<model::TimelineRecord> take() {
    due_.reset();
    return std::exchange(lines_, {});
  }
  std::optional<Instant> due() const { return due_; }

 private:
  std::vector<model::TimelineRecord> lines_;
  std::optional<Instant> due_;
};

}  // namespace parley::platform
