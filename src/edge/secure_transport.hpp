#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/deadline.hpp"
#include "base/packet.hpp"
#include "base/protocol_core.hpp"
#include "edge/ice_path.hpp"
#include "edge/transmit_queue.hpp"
#include "proto/dtls/dtls_endpoint.hpp"
#include "proto/srtp/srtp_session.hpp"

namespace parley::edge {

struct TransportTimers {
  /// RFC 7675 §5.1: how long a path lives without a check.
  Duration consent_timeout = std::chrono::seconds(30);
  dtls::DtlsTimers dtls{};
};

struct TransportOptions {
  dtls::DtlsRole role = dtls::DtlsRole::server;
  std::shared_ptr<const crypto::Certificate> certificate;
  std::vector<crypto::SrtpProfile> profiles;
  crypto::Sha256Digest remote_fingerprint{};
  TransportTimers timers{};
};

enum class TransportFailure {
  no_connectivity,  ///< ICE found no pair, or nobody ever came
  consent_expired,  ///< the peer fell silent
  handshake,        ///< DTLS
  wrong_fingerprint
};

/// There are keys: media may flow. Again after a `restart_dtls`.
struct TransportConnected {};
struct TransportFailed {
  TransportFailure reason;
  std::string text;
};
/// The peer ended the association.
struct TransportClosed {};

using TransportEvent = std::variant<TransportConnected, TransportFailed, TransportClosed>;

enum class TransportDeadline { path, handshake };

/// Datagrams that were dropped, by the reason, and packets that could not be sent.
struct TransportStats {
  std::uint64_t unknown_kind = 0;  ///< neither STUN, DTLS, RTP nor RTCP
  std::uint64_t unchecked = 0;     ///< from an address that ICE did not check
  std::uint64_t before_keys = 0;   ///< SRTP while DTLS was not done
  std::uint64_t bad_srtp = 0;      ///< not authentic, replayed, or malformed
  std::uint64_t after_end = 0;
  std::uint64_t not_protected = 0;  ///< SRTP would not send it
};

struct OpenedPacket {
  bool is_rtcp = false;
  ByteView plain;  ///< inside the caller's datagram
};

/// ICE, DTLS and SRTP as one: carries plain RTP and RTCP packets over a path that was checked, with
/// keys of the peer that was described. Knows nothing of what is in them.
class SecureTransport {
 public:
  enum class State { connecting, connected, closed, failed };

  /// `pool` must outlive it.
  SecureTransport(TransportOptions options, PacketPool& pool);

  /// Of a server's transport, with nothing left to send: it goes on on another thread, whose pool
  /// that is.
  void use_pool(PacketPool& pool);

  /// Starts, or restarts, ICE on the server's side. Media stays on the old path until there is a
  /// new one, unless the peer is another.
  void start_lite(const Now& now, const ice::Credentials& local, const std::string& remote_ufrag,
                  IcePath::Restart restart = IcePath::Restart::keep_path);
  void start_controlling(const Now& now, ice::ControllingOptions options, Random& random);
  /// The peer is another: forget its keys, and take those of whoever has this fingerprint.
  void restart_dtls(const crypto::Sha256Digest& remote_fingerprint);

  /// Decrypts in place; STUN and DTLS are consumed.
  std::optional<OpenedPacket> receive(const Now& now, const SocketAddress& local,
                                      const SocketAddress& remote, MutableByteView datagram);
  /// A plain packet with room for srtp::kMaxOverhead. False when it was not sent.
  bool send_rtp(Packet packet);
  bool send_rtcp(ByteView plain);
  void handle_timeout(const Now& now);
  std::optional<Transmit> poll_transmit();
  std::optional<TransportEvent> poll_event();
  std::optional<Deadline<TransportDeadline>> next_deadline() const;
  /// Tells the peer; no event follows.
  void close();

  bool is_checked(const SocketAddress& local, const SocketAddress& remote) const {
    return path_.is_checked(local, remote);
  }
  State state() const { return state_; }
  bool connected() const { return state_ == State::connected; }
  bool over() const { return state_ == State::closed || state_ == State::failed; }
  /// Of the association that holds; nullopt without keys.
  std::optional<crypto::SrtpProfile> profile() const { return profile_; }
  const TransportStats& stats() const { return stats_; }

 private:
  void receive_dtls(const Now& now, const ice::PairSelected& pair, ByteView datagram);
  std::optional<OpenedPacket> open(bool is_rtcp, MutableByteView datagram);
  bool queue(Packet packet);
  std::optional<ice::PairSelected> route() const;
  void follow_path(const Now& now);
  void follow_dtls();
  void take_keys(const dtls::Connected& connected);
  void fail(TransportFailure reason, std::string text);
  void set_state(State next);

  TransportOptions options_;
  PacketPool* pool_;
  State state_ = State::connecting;
  IcePath path_;
  std::optional<dtls::DtlsEndpoint> dtls_;
  /// Where the last handshake message came from: the answer's way as long as no pair is selected.
  std::optional<ice::PairSelected> handshake_pair_;
  std::optional<srtp::SrtpSender> sender_;
  std::optional<srtp::SrtpReceiver> receiver_;
  std::optional<crypto::SrtpProfile> profile_;
  TransmitQueue transmits_;
  std::deque<TransportEvent> events_;
  TransportStats stats_;
};

static_assert(ProtocolCore<SecureTransport>);

}  // namespace parley::edge
