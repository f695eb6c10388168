#pragma once

#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "base/deadline.hpp"
#include "base/packet.hpp"
#include "base/protocol_core.hpp"
#include "base/random.hpp"
#include "proto/ice/candidate.hpp"
#include "proto/ice/credentials.hpp"
#include "proto/ice/ice_lite_server.hpp"
#include "wire/stun.hpp"

namespace parley::ice {

enum class Nomination {
  aggressive,  ///< every check nominates (RFC 5245): one round trip, the pair may still improve
  regular      ///< the best pair that worked is checked again with USE-CANDIDATE (RFC 8445 §8.1.1)
};

struct ControllingOptions {
  Credentials local{};
  Credentials remote{};
  std::vector<SocketAddress> local_addresses{};  ///< the first is preferred
  std::vector<RemoteCandidate> remote_candidates{};
  Nomination nomination = Nomination::aggressive;
  /// RFC 8445 §6.1.2.5: the pairs of lowest priority beyond this are not tried.
  std::size_t max_pairs = 100;
  /// Ta: at least this between the first checks of two pairs (RFC 8445 §14.2).
  Duration pace = std::chrono::milliseconds(50);
  /// RFC 8489 §6.2.1: the first wait for an answer, doubled after each request; `max_requests` (Rc)
  /// in all, and `last_wait` (Rm) times the first after the last one: 39.5 s.
  Duration retransmission_timeout = std::chrono::milliseconds(500);
  int max_requests = 7;
  int last_wait = 16;
  /// RFC 7675 §5.1: a check this often, times 0.8 to 1.2 at random; no answer for so long is the
  /// end.
  Duration consent_interval = std::chrono::seconds(5);
  Duration consent_timeout = std::chrono::seconds(30);
  /// Regular nomination waits so long after the first success for pairs of higher priority.
  Duration nomination_patience = std::chrono::milliseconds(200);
};

/// No pair worked; the agent is done.
struct ConnectivityFailed {
  friend bool operator==(const ConnectivityFailed&, const ConnectivityFailed&) = default;
};

using ControllingEvent = std::variant<PairSelected, ConnectivityFailed, ConsentExpired>;

enum class ControllingDeadline {
  first_check,     ///< the next pair's turn
  retransmission,  ///< a request is sent again, or given up
  nomination,      ///< patience for better pairs ends
  consent_check,
  consent_expiry
};

struct ControllingStats {
  std::uint64_t requests = 0;
  std::uint64_t retransmissions = 0;  ///< of the requests
  std::uint64_t successes = 0;
  std::uint64_t malformed = 0;      ///< no STUN answer
  std::uint64_t unmatched = 0;      ///< an answer to nothing asked, or from another address
  std::uint64_t bad_integrity = 0;  ///< dropped: the request stays open
  std::uint64_t error_answers = 0;  ///< authentic ones: the pair fails
  std::uint64_t failed_pairs = 0;
};

/// The full, controlling side of ICE that a client needs against an ICE-lite server (RFC 8445):
/// host candidates, each paired with each of the peer's of the same family, checked by priority. It
/// answers no checks (a lite peer sends none), gathers nothing and never switches its role. After
/// the first success only pairs of higher priority go on. Consent checks nominate too, so that a
/// server follows when a NAT gives us another address. Deviation: an unauthenticated error answer
/// is ignored, where RFC 8489 §9.1.4 would let it end the request.
class ControllingAgent {
 public:
  /// Starts at once: drain, then follow `next_deadline`. `random` and `pool` must outlive it.
  ControllingAgent(const Now& now, ControllingOptions options, Random& random, PacketPool& pool);

  /// One STUN datagram, by the socket it came to and the address it came from.
  void handle_input(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                    ByteView datagram);
  void handle_timeout(const Now& now);
  std::optional<Transmit> poll_transmit();
  std::optional<ControllingEvent> poll_event();
  std::optional<Deadline<ControllingDeadline>> next_deadline() const;

  std::optional<PairSelected> selected() const;
  const ControllingStats& stats() const { return stats_; }

 private:
  enum class State { checking, connected, failed, expired };
  enum class PairState { waiting, in_progress, succeeded, failed };
  struct Pair {
    SocketAddress local;
    SocketAddress remote;
    std::uint64_t priority = 0;
    std::uint32_t check_priority = 0;  ///< PRIORITY of its checks: ours, were we peer-reflexive
    PairState state = PairState::waiting;
    wire::StunTransactionId transaction_id{};
    bool open = false;  ///< an answer to the transaction is awaited
    bool nominating = false;
    int requests = 0;  ///< sent in this transaction
    Instant next_request{};
  };

  void form_pairs();
  void start_next_pair(const Now& now);
  void start_transaction(const Now& now, Pair& pair, bool nominating);
  void send_request(const Now& now, Pair& pair);
  void retransmit_or_fail(const Now& now, Pair& pair);
  void fail(Pair& pair);
  Pair* find_open(const wire::StunMessage& answer, const SocketAddress& local,
                  const SocketAddress& remote);
  void succeed(const Now& now, std::size_t index);
  void select(const Now& now, std::size_t index);
  void nominate_when_ready(const Now& now);
  bool may_nominate() const;
  Instant next_consent_check(const Now& now);
  void check_consent(const Now& now);
  void finish(State state, const ControllingEvent& event);
  bool any(PairState state) const;

  ControllingOptions options_;
  Random& random_;
  PacketPool& pool_;
  std::uint64_t tie_breaker_;
  State state_ = State::checking;
  std::vector<Pair> pairs_;  ///< highest priority first
  Instant next_pair_at_{};   ///< the earliest time for the next waiting pair
  std::optional<Instant> nominate_at_;
  std::optional<std::size_t> selected_;
  Instant consent_check_at_{};
  Instant consent_ends_{};
  std::deque<Transmit> transmits_;
  std::deque<ControllingEvent> events_;
  ControllingStats stats_;
};

static_assert(ProtocolCore<ControllingAgent>);

}  // namespace parley::ice
