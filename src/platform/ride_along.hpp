#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace parley::platform {

/// Rows that gate nothing: they wait for a commit to ride along with, and go alone when their
/// patience is over. A crash before loses them.
template <class Row>
class RideAlong {
 public:
  RideAlong(Duration patience, std::size_t limit) : patience_(patience), limit_(limit) {}

  /// Whether no more should be added before some are taken.
  bool is_full() const { return rows_.size() >= limit_; }
  void add(const Now& now, Row row) {
    if (rows_.empty()) due_ = now + patience_;
    rows_.push_back(std::move(row));
  }
  std::vector<Row> take() {
    due_.reset();
    return std::exchange(rows_, {});
  }
  /// When they go alone; nothing when none wait.
  std::optional<Instant> due() const { return due_; }

 private:
  Duration patience_;
  std::size_t limit_;
  std::vector<Row> rows_;
  std::optional<Instant> due_;
};

}  // namespace parley::platform
