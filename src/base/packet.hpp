#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace parley {

class PacketPool;

/// One datagram's bytes, with room at the end for an SRTP tag to grow into. Move-only; returns its
/// memory to the pool it came from. The pool must outlive it, and both stay on one thread.
class Packet {
 public:
  /// Largest datagram handled: an Ethernet frame with room for tags and trailers.
  static constexpr std::size_t kCapacity = 2048;

  Packet() = default;
  Packet(Packet&& other) noexcept = default;
  Packet& operator=(Packet&& other) noexcept;
  ~Packet() { release(); }

  MutableByteView bytes() { return {storage_->data(), size_}; }
  ByteView view() const { return {storage_->data(), size_}; }
  /// The whole buffer, for a writer that then calls `resize`.
  MutableByteView buffer() { return *storage_; }
  std::size_t size() const { return size_; }
  void resize(std::size_t size);
  bool empty() const { return !storage_ || size_ == 0; }

 private:
  friend class PacketPool;
  using Storage = std::array<std::uint8_t, kCapacity>;
  void release();

  std::unique_ptr<Storage> storage_;
  std::size_t size_ = 0;
  PacketPool* pool_ = nullptr;
};

/// A free list of packet buffers, so that steady state allocates nothing per packet. Not
/// thread-safe: each shard has its own.
class PacketPool {
 public:
  /// At most this many idle buffers are kept; more are given back to the heap.
  static constexpr std::size_t kMaxIdle = 4096;

  Packet allocate();
  Packet copy_of(ByteView bytes);

 private:
  friend class Packet;
  std::vector<std::unique_ptr<Packet::Storage>> idle_;
};

/// A datagram to send, and the socket (by its local address) to send it from.
struct Transmit {
  Transport transport = Transport::udp;
  SocketAddress local;
  SocketAddress remote;
  Packet packet;
};

}  // namespace parley
