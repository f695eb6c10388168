#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "base/socket_address.hpp"
#include "wire/stun.hpp"

namespace parley::ice {

/// Where the transaction of a check was seen before.
enum class Sight {
  first,     ///< nowhere
  again,     ///< on this pair: a retransmission (RFC 8489 §6.3.1), or a copy that names its source
  elsewhere  ///< on another pair. Each transaction has one (RFC 8445 §7.2.4): this is a copy
};

/// The transactions of authentic checks, each with the pair of addresses that it came over. The
/// short-term mechanism has neither nonce nor time (RFC 8489 §9.1), so that nothing but its
/// transaction id tells a check from a copy that somebody made of it.
class SeenChecks {
 public:
  /// At the limit the oldest is forgotten. Each takes 16 bytes, from when it came.
  explicit SeenChecks(std::size_t limit) : limit_(limit) {}

  /// Remembers one that was not seen before.
  Sight see(const wire::StunTransactionId& id, const SocketAddress& local,
            const SocketAddress& remote) {
    const std::uint32_t pair = mark_of(local, remote);
    const auto known =
        std::find_if(seen_.rbegin(), seen_.rend(), [&](const Seen& seen) { return seen.id == id; });
    if (known != seen_.rend()) return known->pair == pair ? Sight::again : Sight::elsewhere;
    if (seen_.size() == limit_) seen_.pop_front();
    seen_.push_back({id, pair});
    return Sight::first;
  }

 private:
  struct Seen {
    wire::StunTransactionId id;
    std::uint32_t pair;
  };

  /// Who finds another pair of the same mark is answered as a retransmission is, which moves
  /// nothing.
  static std::uint32_t mark_of(const SocketAddress& local, const SocketAddress& remote) {
    const std::uint64_t mixed =
        std::hash<SocketAddress>{}(local)*31 + std::hash<SocketAddress>{}(remote);
    return static_cast<std::uint32_t>(mixed ^ mixed >> 32);
  }

  std::size_t limit_;
  std::deque<Seen> seen_;  ///< the oldest first
};

}  // namespace parley::ice
