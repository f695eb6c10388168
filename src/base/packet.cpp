#include "base/packet.hpp"

#include <algorithm>
#include <cassert>

namespace parley {

Packet& Packet::operator=(Packet&& other) noexcept {
  if (this == &other) return *this;
  release();
  storage_ = std::move(other.storage_);
  size_ = other.size_;
  pool_ = other.pool_;
  return *this;
}

void Packet::resize(std::size_t size) {
  assert(size <= kCapacity);
  size_ = size;
}

void Packet::release() {
  if (storage_ && pool_ && pool_->idle_.size() < PacketPool::kMaxIdle)
    pool_->idle_.push_back(std::move(storage_));
  storage_.reset();
}

Packet PacketPool::allocate() {
  Packet packet;
  packet.pool_ = this;
  if (idle_.empty()) {
    packet.storage_ = std::make_unique<Packet::Storage>();
  } else {
    packet.storage_ = std::move(idle_.back());
    idle_.pop_back();
  }
  return packet;
}

Packet PacketPool::copy_of(ByteView bytes) {
  assert(bytes.size() <= Packet::kCapacity);
  Packet packet = allocate();
  std::copy(bytes.begin(), bytes.end(), packet.buffer().begin());
  packet.resize(bytes.size());
  return packet;
}

}  // namespace parley
