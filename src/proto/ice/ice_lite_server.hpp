#pragma once

#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "base/deadline.hpp"
#include "base/packet.hpp"
#include "base/protocol_core.hpp"
#include "proto/ice/credentials.hpp"
#include "proto/ice/seen_checks.hpp"
#include "wire/stun.hpp"

namespace parley::ice {

struct IceLiteOptions {
  Credentials local{};
  std::string remote_ufrag{};
  /// Addresses that authenticated checks came from; at the limit the one unheard the longest goes.
  std::size_t max_pairs = 32;
  /// Authentic checks that are known again when a copy comes; beyond these the oldest is forgotten.
  /// A browser sends about one in 2.5 s over a pair: these are 2.8 hours.
  std::size_t max_seen_checks = 4'096;
  /// RFC 7675 §5.1: consent ends when no check came for this long.
  Duration consent_timeout = std::chrono::seconds(30);
  /// An aggressive peer nominates every pair it tries (RFC 5245 §8.1.1.2), so for this long after a
  /// pair was selected only one of at least its priority replaces it; later, the newest nomination
  /// counts.
  Duration nomination_settles = std::chrono::seconds(2);
};

/// Media goes between these two from now on.
struct PairSelected {
  SocketAddress local;
  SocketAddress remote;

  friend bool operator==(const PairSelected&, const PairSelected&) = default;
};

/// Nothing may be sent any more; the agent is done.
struct ConsentExpired {
  friend bool operator==(const ConsentExpired&, const ConsentExpired&) = default;
};

using IceLiteEvent = std::variant<PairSelected, ConsentExpired>;

enum class IceLiteDeadline { consent_expiry };

/// Requests in, and why those that got no success got none.
struct IceLiteStats {
  std::uint64_t requests = 0;
  std::uint64_t successes = 0;
  std::uint64_t malformed = 0;           ///< no STUN, no FINGERPRINT, or not a Binding request
  std::uint64_t wrong_username = 0;      ///< for somebody else; not answered
  std::uint64_t bad_integrity = 0;       ///< not answered
  std::uint64_t unknown_attributes = 0;  ///< answered with a 420
  std::uint64_t role_conflicts = 0;      ///< answered with a 487
  std::uint64_t after_expiry = 0;        ///< not answered
  std::uint64_t repeated = 0;  ///< again over the same pair; answered, and nothing else follows
  std::uint64_t replayed = 0;  ///< a check of another pair; not answered
  std::uint64_t evicted_pairs = 0;
  std::uint64_t selections = 0;
};

/// The lite side of ICE (RFC 8445 §2.5): answers the checks of a full, controlling agent, learns
/// from them which address may be sent to, and sends no checks of its own, so that consent is the
/// peer's checks coming in. A lite agent without a check for `consent_timeout` after its start
/// expires too. Deviations from RFC 8489: an unauthenticated request is never answered, not even
/// with a 401 (§9.1.3); a check counts once, on the pair that it first came over, so that whoever
/// copies one moves no media and keeps no consent.
class IceLiteServer {
 public:
  IceLiteServer(const Now& now, IceLiteOptions options, PacketPool& pool);

  /// It goes on on another thread, whose pool that is. It has nothing left to send.
  void use_pool(PacketPool& pool) { pool_ = &pool; }

  /// One STUN datagram, by the socket it came to and the address it came from.
  void handle_input(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                    ByteView datagram);
  void handle_timeout(const Now& now);
  std::optional<Transmit> poll_transmit();
  std::optional<IceLiteEvent> poll_event();
  std::optional<Deadline<IceLiteDeadline>> next_deadline() const;

  /// Whether an authenticated check came over this pair: the condition for taking DTLS and SRTP
  /// from it.
  bool is_checked(const SocketAddress& local, const SocketAddress& remote) const;
  std::optional<PairSelected> selected() const { return selected_; }
  bool expired() const { return expired_; }
  const Credentials& local() const { return options_.local; }
  const IceLiteStats& stats() const { return stats_; }

 private:
  struct Pair {
    SocketAddress local;
    SocketAddress remote;
    std::uint32_t priority = 0;
    Instant heard{};
    bool nominated = false;
  };

  bool authenticate(const wire::StunMessage& message);
  bool refuse(const wire::StunMessage& message, const SocketAddress& local,
              const SocketAddress& remote);
  void answer(const SocketAddress& local, const SocketAddress& remote, ByteView datagram);
  Pair& remember(const Now& now, const SocketAddress& local, const SocketAddress& remote);
  void evict();
  void nominate(const Now& now, Pair& pair);
  void select(const Now& now, const Pair& pair);
  bool is_selected(const Pair& pair) const;
  const Pair* selected_pair() const;

  IceLiteOptions options_;
  PacketPool* pool_;
  std::string username_;
  Instant started_;
  SeenChecks seen_;
  std::vector<Pair> pairs_;
  std::optional<PairSelected> selected_;
  Instant selected_at_{};
  bool expired_ = false;
  std::deque<Transmit> transmits_;
  std::deque<IceLiteEvent> events_;
  IceLiteStats stats_;
};

static_assert(ProtocolCore<IceLiteServer>);

}  // namespace parley::ice
