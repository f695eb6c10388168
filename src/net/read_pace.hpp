#pragma once

#include "base/time.hpp"

namespace parley::net {

/// Whether datagrams come so fast that they are better read together: to be woken for each one
/// costs more than to take it in. Counted over windows of 10 ms.
class ReadPace {
 public:
  static constexpr Duration kWindow = std::chrono::milliseconds(10);
  static constexpr int kBusy = 20;  ///< datagrams in a window

  /// So many were read now; -1, as of a system call that found none, counts as none.
  void note(Instant now, int count) {
    if (now - window_ >= kWindow) {
      is_busy_ = count_ >= kBusy && now - window_ < 2 * kWindow;
      window_ = now;
      count_ = 0;
    }
    if (count > 0) count_ += count;
  }
  bool is_busy() const { return is_busy_; }

 private:
  Instant window_{};
  int count_ = 0;
  bool is_busy_ = false;
};

}  // namespace parley::net
