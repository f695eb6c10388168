#include "proto/rtp/packet_queue.hpp"

#include <algorithm>
#include <cassert>

namespace parley::rtp {

QueuedPacket* PacketQueue::insert(std::int64_t timestamp) {
  assert(!full());
  // From the back: most packets arrive in order.
  std::size_t place = count_;
  while (place > 0 && slots_[place - 1].timestamp > timestamp) --place;
  if (place > 0 && slots_[place - 1].timestamp == timestamp) return nullptr;
  if (count_ == slots_.size()) slots_.emplace_back();
  const auto begin = slots_.begin();
  const auto at = [begin](std::size_t index) {
    return begin + static_cast<std::ptrdiff_t>(index);
  };
  std::rotate(at(place), at(count_), at(count_ + 1));
  ++count_;
  slots_[place].timestamp = timestamp;
  return &slots_[place];
}

const QueuedPacket& PacketQueue::pop_front() {
  assert(count_ > 0);
  const auto begin = slots_.begin();
  std::rotate(begin, begin + 1, begin + static_cast<std::ptrdiff_t>(count_));
  return slots_[--count_];
}

}  // namespace parley::rtp
