#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "base/deadline.hpp"
#include "base/time.hpp"
#include "crypto/dtls_session.hpp"

namespace parley::dtls {

using crypto::DtlsRole;

struct DtlsTimers {
  /// RFC 6347 §4.2.4.1 advises 1 s and allows less where time matters: somebody waits for sound
  /// here.
  Duration first_retransmission = std::chrono::milliseconds(200);
  /// The interval doubles up to this. With the two values below there are 12 retransmissions of one
  /// flight, which is all that OpenSSL takes.
  Duration longest_interval = std::chrono::seconds(3);
  /// From the start to the end of the handshake.
  Duration give_up = std::chrono::seconds(30);
};

struct DtlsEndpointOptions {
  crypto::DtlsOptions session;
  DtlsTimers timers{};
};

enum class DtlsTimer { retransmit, give_up };

enum class FailureReason {
  handshake,
  alert,
  fingerprint_mismatch,
  no_srtp_profile,
  no_extended_master_secret,
  timed_out,
};

/// The handshake is done and the peer is who it should be. Keys go to SrtpSender and SrtpReceiver.
struct Connected {
  crypto::SrtpProfile profile;
  crypto::SrtpMasterKey local;   ///< protects what we send
  crypto::SrtpMasterKey remote;  ///< opens what we receive
};
/// The handshake ended without keys. Final.
struct Failed {
  FailureReason reason;
  std::string text;  ///< for the log
};
/// The peer ended a connected association. Final.
struct Closed {};

using DtlsEvent = std::variant<Connected, Failed, Closed>;

/// The five verbs around a DtlsSession. One input, then drain `poll_transmit` and `poll_event`.
class DtlsEndpoint {
 public:
  enum class State { idle, handshaking, connected, closed, failed };

  explicit DtlsEndpoint(const DtlsEndpointOptions& options);

  /// The path is there: a client speaks, a server begins to wait. Without it, the first datagram
  /// starts a server. Later calls do nothing.
  void start(const Now& now);
  /// A datagram whose first byte is 20 to 63 (RFC 7983).
  void handle_input(const Now& now, ByteView datagram);
  void handle_timeout(const Now& now);
  /// Says goodbye to a connected peer; no event follows.
  void close();

  std::optional<Bytes> poll_transmit();
  std::optional<DtlsEvent> poll_event();
  std::optional<Deadline<DtlsTimer>> next_deadline() const;

  State state() const { return state_; }

 private:
  /// Whether there were any.
  bool take_datagrams();
  void follow_session(const Now& now);
  void follow_state();
  void fail(FailureReason reason, std::string text);
  void set_state(State next);

  DtlsTimers timers_;
  crypto::DtlsSession session_;
  State state_ = State::idle;
  Instant give_up_at_{};
  std::optional<Instant> retransmit_at_;
  Duration interval_{};
  std::deque<Bytes> outgoing_;
  std::deque<DtlsEvent> events_;
};

/// The reason's name for logs and timelines.
std::string_view to_text(FailureReason reason);

}  // namespace parley::dtls
