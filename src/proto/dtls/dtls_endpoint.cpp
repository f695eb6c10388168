#include "proto/dtls/dtls_endpoint.hpp"

#include <algorithm>
#include <cassert>

#include "base/protocol_core.hpp"

namespace parley::dtls {

static_assert(ProtocolCore<DtlsEndpoint>);

namespace {

FailureReason reason_of(crypto::DtlsError error) {
  switch (error) {
    case crypto::DtlsError::handshake:
      return FailureReason::handshake;
    case crypto::DtlsError::alert:
      return FailureReason::alert;
    case crypto::DtlsError::fingerprint_mismatch:
      return FailureReason::fingerprint_mismatch;
    case crypto::DtlsError::no_srtp_profile:
      return FailureReason::no_srtp_profile;
    case crypto::DtlsError::no_extended_master_secret:
      return FailureReason::no_extended_master_secret;
  }
  return FailureReason::handshake;
}

bool allowed(DtlsEndpoint::State from, DtlsEndpoint::State to) {
  using State = DtlsEndpoint::State;
  switch (from) {
    case State::idle:
      return to == State::handshaking || to == State::closed;
    case State::handshaking:
      return to == State::connected || to == State::failed || to == State::closed;
    case State::connected:
      return to == State::closed;
    case State::closed:
    case State::failed:
      return false;
  }
  return false;
}

template <class T>
std::optional<T> pop_front(std::deque<T>& queue) {
  if (queue.empty()) return std::nullopt;
  T front = std::move(queue.front());
  queue.pop_front();
  return front;
}

}  // namespace

DtlsEndpoint::DtlsEndpoint(const DtlsEndpointOptions& options)
    : timers_(options.timers), session_(options.session) {}

void DtlsEndpoint::start(const Now& now) {
  if (state_ != State::idle) return;
  give_up_at_ = now + timers_.give_up;
  set_state(State::handshaking);
  session_.start();
  follow_session(now);
}

void DtlsEndpoint::handle_input(const Now& now, ByteView datagram) {
  if (state_ == State::idle) start(now);
  if (state_ != State::handshaking && state_ != State::connected) return;
  session_.receive(datagram);
  follow_session(now);
}

void DtlsEndpoint::handle_timeout(const Now& now) {
  if (state_ != State::handshaking) return;
  if (now.monotonic >= give_up_at_)
    return fail(FailureReason::timed_out, "the peer does not answer");
  if (!retransmit_at_ || now.monotonic < *retransmit_at_) return;
  session_.retransmit();
  take_datagrams();
  interval_ = std::min(2 * interval_, timers_.longest_interval);
  retransmit_at_ = now + interval_;
  follow_state();
}

void DtlsEndpoint::close() {
  if (state_ == State::closed || state_ == State::failed) return;
  session_.close();
  take_datagrams();
  set_state(State::closed);
}

bool DtlsEndpoint::take_datagrams() {
  bool any = false;
  while (auto datagram = session_.poll_transmit()) {
    outgoing_.push_back(*std::move(datagram));
    any = true;
  }
  return any;
}

/// Takes over what the session made of an input: datagrams, which begin a new flight, and its
/// state.
void DtlsEndpoint::follow_session(const Now& now) {
  const bool new_flight = take_datagrams();
  if (!session_.awaits_answer()) {
    retransmit_at_.reset();
  } else if (new_flight) {
    interval_ = timers_.first_retransmission;
    retransmit_at_ = now + interval_;
  }
  follow_state();
}

void DtlsEndpoint::follow_state() {
  switch (session_.state()) {
    case crypto::DtlsSession::State::handshaking:
      return;
    case crypto::DtlsSession::State::connected:
      if (state_ == State::connected) return;
      set_state(State::connected);
      events_.push_back(Connected{.profile = session_.local_key().profile,
                                  .local = session_.local_key(),
                                  .remote = session_.remote_key()});
      return;
    case crypto::DtlsSession::State::closed:
      set_state(State::closed);
      events_.push_back(Closed{});
      return;
    case crypto::DtlsSession::State::failed:
      return fail(reason_of(session_.error()), session_.error_text());
  }
}

void DtlsEndpoint::fail(FailureReason reason, std::string text) {
  set_state(State::failed);
  events_.push_back(Failed{reason, std::move(text)});
}

void DtlsEndpoint::set_state(State next) {
  assert(allowed(state_, next));
  state_ = next;
  if (next != State::handshaking) retransmit_at_.reset();
}

std::optional<Bytes> DtlsEndpoint::poll_transmit() {
  return pop_front(outgoing_);
}

std::optional<DtlsEvent> DtlsEndpoint::poll_event() {
  return pop_front(events_);
}

std::optional<Deadline<DtlsTimer>> DtlsEndpoint::next_deadline() const {
  if (state_ != State::handshaking) return std::nullopt;
  const Deadline<DtlsTimer> give_up{give_up_at_, DtlsTimer::give_up};
  if (!retransmit_at_) return give_up;
  return soonest(std::optional(Deadline<DtlsTimer>{*retransmit_at_, DtlsTimer::retransmit}),
                 std::optional(give_up));
}

std::string_view to_text(FailureReason reason) {
  switch (reason) {
    case FailureReason::handshake:
      return "handshake";
    case FailureReason::alert:
      return "alert";
    case FailureReason::fingerprint_mismatch:
      return "fingerprint_mismatch";
    case FailureReason::no_srtp_profile:
      return "no_srtp_profile";
    case FailureReason::no_extended_master_secret:
      return "no_extended_master_secret";
    case FailureReason::timed_out:
      return "timed_out";
  }
  return "";
}

}  // namespace parley::dtls
