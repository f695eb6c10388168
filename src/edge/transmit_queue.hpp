#pragma once

#include <optional>
#include <vector>

#include "base/packet.hpp"

namespace parley::edge {

/// First in, first out, filled by one input and then drained: unlike a deque it allocates nothing
/// once it has grown to the largest burst.
class TransmitQueue {
 public:
  void push(Transmit transmit) { transmits_.push_back(std::move(transmit)); }

  std::optional<Transmit> pop() {
    if (next_ == transmits_.size()) return std::nullopt;
    Transmit transmit = std::move(transmits_[next_]);
    if (++next_ == transmits_.size()) {
      transmits_.clear();
      next_ = 0;
    }
    return transmit;
  }

 private:
  std::vector<Transmit> transmits_;
  std::size_t next_ = 0;
};

}  // namespace parley::edge
