#include "edge/secure_transport.hpp"

#include <algorithm>
#include <cassert>

#include "wire/demux.hpp"

namespace parley::edge {
namespace {

bool allowed(SecureTransport::State from, SecureTransport::State to) {
  using State = SecureTransport::State;
  switch (from) {
    case State::connecting:
      return to != State::connecting;
    case State::connected:
      return to != State::connected;  // back to `connecting` with another peer
    case State::closed:
    case State::failed:
      return false;
  }
  return false;
}

TransportFailure failure_of(dtls::FailureReason reason) {
  return reason == dtls::FailureReason::fingerprint_mismatch ? TransportFailure::wrong_fingerprint
                                                             : TransportFailure::handshake;
}

}  // namespace

SecureTransport::SecureTransport(TransportOptions options, PacketPool& pool)
    : options_(std::move(options)), pool_(&pool), path_(pool) {
  assert(options_.certificate && !options_.profiles.empty());
  restart_dtls(options_.remote_fingerprint);
}

void SecureTransport::use_pool(PacketPool& pool) {
  pool_ = &pool;
  path_.use_pool(pool);
}

void SecureTransport::start_lite(const Now& now, const ice::Credentials& local,
                                 const std::string& remote_ufrag, IcePath::Restart restart) {
  path_.start_lite(now,
                   {.local = local,
                    .remote_ufrag = remote_ufrag,
                    .consent_timeout = options_.timers.consent_timeout},
                   restart);
  follow_path(now);
}

void SecureTransport::start_controlling(const Now& now, ice::ControllingOptions options,
                                        Random& random) {
  options.consent_timeout = options_.timers.consent_timeout;
  path_.start_controlling(now, std::move(options), random);
  follow_path(now);
}

void SecureTransport::restart_dtls(const crypto::Sha256Digest& remote_fingerprint) {
  if (over()) return;
  options_.remote_fingerprint = remote_fingerprint;
  dtls_.emplace(dtls::DtlsEndpointOptions{.session = {.role = options_.role,
                                                      .certificate = *options_.certificate,
                                                      .remote_fingerprint = remote_fingerprint,
                                                      .profiles = options_.profiles},
                                          .timers = options_.timers.dtls});
  handshake_pair_.reset();
  sender_.reset();
  receiver_.reset();
  profile_.reset();
  if (state_ == State::connected) set_state(State::connecting);
}

std::optional<OpenedPacket> SecureTransport::receive(const Now& now, const SocketAddress& local,
                                                     const SocketAddress& remote,
                                                     MutableByteView datagram) {
  if (over()) {
    ++stats_.after_end;
    return std::nullopt;
  }
  const wire::DatagramKind kind = wire::demux(datagram);
  if (kind == wire::DatagramKind::unknown) {
    ++stats_.unknown_kind;
    return std::nullopt;
  }
  if (kind == wire::DatagramKind::stun) {
    path_.handle_input(now, local, remote, datagram);
    follow_path(now);
    return std::nullopt;
  }
  if (!path_.is_checked(local, remote)) {
    ++stats_.unchecked;
    return std::nullopt;
  }
  if (kind == wire::DatagramKind::dtls) {
    receive_dtls(now, {local, remote}, datagram);
    return std::nullopt;
  }
  return open(kind == wire::DatagramKind::rtcp, datagram);
}

void SecureTransport::receive_dtls(const Now& now, const ice::PairSelected& pair,
                                   ByteView datagram) {
  handshake_pair_ = pair;
  dtls_->handle_input(now, datagram);
  follow_dtls();
}

std::optional<OpenedPacket> SecureTransport::open(bool is_rtcp, MutableByteView datagram) {
  if (!receiver_) {
    ++stats_.before_keys;
    return std::nullopt;
  }
  const auto size =
      is_rtcp ? receiver_->unprotect_rtcp(datagram) : receiver_->unprotect_rtp(datagram);
  if (!size) {
    ++stats_.bad_srtp;
    return std::nullopt;
  }
  return OpenedPacket{is_rtcp, datagram.first(*size)};
}

bool SecureTransport::send_rtp(Packet packet) {
  if (!connected()) return false;
  const auto size = sender_->protect_rtp(packet.buffer(), packet.size());
  if (!size) {
    ++stats_.not_protected;
    return false;
  }
  packet.resize(*size);
  return queue(std::move(packet));
}

bool SecureTransport::send_rtcp(ByteView plain) {
  if (!connected() || plain.size() + srtp::kMaxOverhead > Packet::kCapacity) return false;
  Packet packet = pool_->copy_of(plain);
  const auto size = sender_->protect_rtcp(packet.buffer(), packet.size());
  if (!size) {
    ++stats_.not_protected;
    return false;
  }
  packet.resize(*size);
  return queue(std::move(packet));
}

bool SecureTransport::queue(Packet packet) {
  const auto pair = route();
  if (!pair) return false;
  transmits_.push({Transport::udp, pair->local, pair->remote, std::move(packet)});
  return true;
}

std::optional<ice::PairSelected> SecureTransport::route() const {
  if (auto selected = path_.selected()) return selected;
  return handshake_pair_;
}

void SecureTransport::handle_timeout(const Now& now) {
  if (over()) return;
  path_.handle_timeout(now);
  follow_path(now);
  if (over()) return;
  dtls_->handle_timeout(now);
  follow_dtls();
}

void SecureTransport::follow_path(const Now& now) {
  while (const auto event = path_.poll_event()) {
    if (over()) continue;
    if (const auto* lost = std::get_if<PathLost>(&*event)) {
      if (lost->reason == PathLoss::no_connectivity) {
        fail(TransportFailure::no_connectivity, "no candidate pair works");
      } else if (dtls_->state() == dtls::DtlsEndpoint::State::idle) {
        fail(TransportFailure::no_connectivity, "no connectivity check came");
      } else {
        fail(TransportFailure::consent_expired, "the peer's consent expired");
      }
      continue;
    }
    dtls_->start(now);
    follow_dtls();
  }
}

void SecureTransport::follow_dtls() {
  while (auto datagram = dtls_->poll_transmit()) queue(pool_->copy_of(*datagram));
  while (auto event = dtls_->poll_event()) {
    if (over()) continue;
    if (const auto* connected = std::get_if<dtls::Connected>(&*event)) {
      take_keys(*connected);
    } else if (const auto* failed = std::get_if<dtls::Failed>(&*event)) {
      fail(failure_of(failed->reason),
           std::string(dtls::to_text(failed->reason)) + ": " + failed->text);
    } else {
      set_state(State::closed);
      events_.push_back(TransportClosed{});
    }
  }
}

void SecureTransport::take_keys(const dtls::Connected& connected) {
  sender_.emplace(connected.local);
  receiver_.emplace(connected.remote);
  profile_ = connected.profile;
  set_state(State::connected);
  events_.push_back(TransportConnected{});
}

void SecureTransport::fail(TransportFailure reason, std::string text) {
  set_state(State::failed);
  events_.push_back(TransportFailed{reason, std::move(text)});
}

void SecureTransport::close() {
  if (over()) return;
  dtls_->close();
  while (auto datagram = dtls_->poll_transmit()) queue(pool_->copy_of(*datagram));
  set_state(State::closed);
}

void SecureTransport::set_state(State next) {
  assert(allowed(state_, next));
  state_ = next;
}

// Checks first: their answers keep the path alive.
std::optional<Transmit> SecureTransport::poll_transmit() {
  if (!over()) {
    if (auto transmit = path_.poll_transmit()) return transmit;
  }
  return transmits_.pop();
}

std::optional<TransportEvent> SecureTransport::poll_event() {
  if (events_.empty()) return std::nullopt;
  TransportEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Deadline<TransportDeadline>> SecureTransport::next_deadline() const {
  if (over()) return std::nullopt;
  std::optional<Deadline<TransportDeadline>> next;
  if (const auto at = path_.next_deadline()) next = Deadline{*at, TransportDeadline::path};
  if (const auto handshake = dtls_->next_deadline())
    next = soonest(next, std::optional(Deadline{handshake->at, TransportDeadline::handshake}));
  return next;
}

}  // namespace parley::edge
