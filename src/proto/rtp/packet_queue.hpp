#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "wire/rtp.hpp"

namespace parley::rtp {

/// One packet that waits for its playout.
struct QueuedPacket {
  std::int64_t timestamp = 0;  ///< unwrapped
  Instant arrived{};
  wire::SequenceNumber sequence;
  wire::PayloadType payload_type;
  bool marker = false;
  bool quiet = false;
  Bytes payload;
};

/// A bounded queue in the order of timestamps. Removed packets keep their memory for the next ones,
/// so steady state allocates nothing.
class PacketQueue {
 public:
  explicit PacketQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Where the packet of this timestamp goes, to be filled by the caller; its `timestamp` is set
  /// already. nullptr when one with this timestamp is here. The queue must not be full.
  QueuedPacket* insert(std::int64_t timestamp);
  /// The removed packet; valid until the next insert.
  const QueuedPacket& pop_front();
  void clear() { count_ = 0; }

  const QueuedPacket& front() const { return slots_.front(); }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == capacity_; }

 private:
  std::size_t capacity_;
  /// The first `count_` are queued.
  std::vector<QueuedPacket> slots_;
  std::size_t count_ = 0;
};

}  // namespace parley::rtp
