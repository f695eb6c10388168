#include "proto/ice/controlling_agent.hpp"

#include <algorithm>

#include "crypto/hash.hpp"

namespace parley::ice {

ControllingAgent::ControllingAgent(const Now& now, ControllingOptions options, Random& random,
                                   PacketPool& pool)
    : options_(std::move(options)), random_(random), pool_(pool), tie_breaker_(random.u64()) {
  form_pairs();
  next_pair_at_ = now.monotonic;
  handle_timeout(now);
}

void ControllingAgent::form_pairs() {
  std::uint16_t preference = 0xFFFF;
  for (const SocketAddress& local : options_.local_addresses) {
    const std::uint32_t host = candidate_priority(kHostPreference, preference);
    const std::uint32_t reflexive = candidate_priority(kPeerReflexivePreference, preference);
    for (const RemoteCandidate& remote : options_.remote_candidates) {
      if (local.ip.family != remote.address.ip.family) continue;
      pairs_.push_back({.local = local,
                        .remote = remote.address,
                        .priority = pair_priority(host, remote.priority),
                        .check_priority = reflexive});
    }
    --preference;
  }
  std::stable_sort(pairs_.begin(), pairs_.end(),
                   [](const Pair& a, const Pair& b) { return a.priority > b.priority; });
  if (pairs_.size() > options_.max_pairs) pairs_.resize(options_.max_pairs);
}

void ControllingAgent::handle_timeout(const Now& now) {
  if (state_ == State::failed || state_ == State::expired) return;
  for (Pair& pair : pairs_) {
    if (pair.state == PairState::in_progress && now.monotonic >= pair.next_request)
      retransmit_or_fail(now, pair);
  }
  start_next_pair(now);
  if (state_ == State::connected) return check_consent(now);
  nominate_when_ready(now);
  if (!any(PairState::waiting) && !any(PairState::in_progress) && !any(PairState::succeeded))
    finish(State::failed, ConnectivityFailed{});
}

void ControllingAgent::start_next_pair(const Now& now) {
  if (now.monotonic < next_pair_at_) return;
  const auto waiting = std::find_if(pairs_.begin(), pairs_.end(), [](const Pair& pair) {
    return pair.state == PairState::waiting;
  });
  if (waiting == pairs_.end()) return;
  start_transaction(now, *waiting, options_.nomination == Nomination::aggressive);
  waiting->state = PairState::in_progress;
  next_pair_at_ = now + options_.pace;
}

void ControllingAgent::start_transaction(const Now& now, Pair& pair, bool nominating) {
  random_.fill(pair.transaction_id);
  pair.open = true;
  pair.nominating = nominating;
  pair.requests = 0;
  send_request(now, pair);
}

void ControllingAgent::send_request(const Now& now, Pair& pair) {
  wire::StunWriter writer(wire::StunClass::request, wire::kStunBinding, pair.transaction_id);
  writer.username(options_.remote.ufrag + ":" + options_.local.ufrag)
      .priority(pair.check_priority)
      .ice_controlling(tie_breaker_);
  if (pair.nominating) writer.use_candidate();
  const Bytes datagram = writer.finish(as_bytes(options_.remote.password), crypto::hmac_sha1);
  transmits_.push_back({Transport::udp, pair.local, pair.remote, pool_.copy_of(datagram)});
  ++stats_.requests;
  ++pair.requests;
  const int factor =
      pair.requests < options_.max_requests ? 1 << (pair.requests - 1) : options_.last_wait;
  pair.next_request = now + factor * options_.retransmission_timeout;
}

void ControllingAgent::retransmit_or_fail(const Now& now, Pair& pair) {
  if (pair.requests >= options_.max_requests) return fail(pair);
  send_request(now, pair);
  ++stats_.retransmissions;
}

void ControllingAgent::fail(Pair& pair) {
  pair.state = PairState::failed;
  pair.open = false;
  ++stats_.failed_pairs;
}

void ControllingAgent::handle_input(const Now& now, const SocketAddress& local,
                                    const SocketAddress& remote, ByteView datagram) {
  handle_timeout(now);
  const auto message = wire::parse_stun(datagram);
  if (!message || message->method != wire::kStunBinding ||
      (message->message_class != wire::StunClass::success &&
       message->message_class != wire::StunClass::error)) {
    ++stats_.malformed;
    return;
  }
  Pair* pair = find_open(*message, local, remote);
  if (!pair) {
    ++stats_.unmatched;
    return;
  }
  // The peer answers under the key of the request (RFC 8489 §9.1.4).
  if (!wire::verify_integrity(*message, as_bytes(options_.remote.password), crypto::hmac_sha1)) {
    ++stats_.bad_integrity;
    return;
  }
  const auto index = static_cast<std::size_t>(pair - pairs_.data());
  if (message->message_class == wire::StunClass::success && message->unknown_required.empty())
    return succeed(now, index);
  ++stats_.error_answers;
  // To a consent check an error is no consent (RFC 7675 §5.1): the clock runs on.
  if (index != selected_) fail(*pair);
  handle_timeout(now);
}

// RFC 8445 §7.2.5.2.1: the answer must come back the way the check went.
ControllingAgent::Pair* ControllingAgent::find_open(const wire::StunMessage& answer,
                                                    const SocketAddress& local,
                                                    const SocketAddress& remote) {
  const auto found = std::find_if(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
    return pair.open && pair.transaction_id == answer.transaction_id && pair.local == local &&
           pair.remote == remote;
  });
  return found == pairs_.end() ? nullptr : &*found;
}

void ControllingAgent::succeed(const Now& now, std::size_t index) {
  Pair& pair = pairs_[index];
  ++stats_.successes;
  pair.open = false;
  if (index == selected_) {
    consent_ends_ = now + options_.consent_timeout;
    return;
  }
  pair.state = PairState::succeeded;
  if (pair.nominating) return select(now, index);
  if (!nominate_at_) nominate_at_ = now + options_.nomination_patience;
  nominate_when_ready(now);
}

void ControllingAgent::select(const Now& now, std::size_t index) {
  // Aggressive nomination may still improve on this pair; nothing worse is worth a check.
  if (options_.nomination == Nomination::regular) {
    std::swap(pairs_[0], pairs_[index]);
    index = 0;
  }
  pairs_.resize(index + 1);
  selected_ = index;
  state_ = State::connected;
  nominate_at_.reset();
  consent_ends_ = now + options_.consent_timeout;
  consent_check_at_ = next_consent_check(now);
  events_.push_back(PairSelected{pairs_[index].local, pairs_[index].remote});
}

// RFC 8445 §8.1.1, regular: the best pair that worked, when no better one may still come.
void ControllingAgent::nominate_when_ready(const Now& now) {
  if (!may_nominate()) return;
  const bool patient = now.monotonic < *nominate_at_;
  for (Pair& pair : pairs_) {
    const bool may_work = pair.state == PairState::waiting || pair.state == PairState::in_progress;
    if (patient && may_work) return;
    if (pair.state != PairState::succeeded) continue;
    start_transaction(now, pair, true);
    pair.state = PairState::in_progress;
    return;
  }
}

bool ControllingAgent::may_nominate() const {
  return nominate_at_ && any(PairState::succeeded) &&
         std::none_of(pairs_.begin(), pairs_.end(),
                      [](const Pair& pair) { return pair.open && pair.nominating; });
}

Instant ControllingAgent::next_consent_check(const Now& now) {
  // RFC 7675 §5.1: 0.8 to 1.2 of the interval, so that peers don't fall into step.
  const auto per_mille = static_cast<std::int64_t>(800 + random_.u32() % 401);
  return now + options_.consent_interval * per_mille / 1000;
}

void ControllingAgent::check_consent(const Now& now) {
  if (now.monotonic >= consent_ends_) return finish(State::expired, ConsentExpired{});
  if (now.monotonic < consent_check_at_) return;
  start_transaction(now, pairs_[*selected_], true);
  consent_check_at_ = next_consent_check(now);
}

void ControllingAgent::finish(State state, const ControllingEvent& event) {
  state_ = state;
  pairs_.clear();
  selected_.reset();
  nominate_at_.reset();
  events_.push_back(event);
}

bool ControllingAgent::any(PairState state) const {
  return std::any_of(pairs_.begin(), pairs_.end(),
                     [state](const Pair& pair) { return pair.state == state; });
}

std::optional<Deadline<ControllingDeadline>> ControllingAgent::next_deadline() const {
  using Next = std::optional<Deadline<ControllingDeadline>>;
  Next next;
  if (any(PairState::waiting)) next = {next_pair_at_, ControllingDeadline::first_check};
  for (const Pair& pair : pairs_) {
    if (pair.state == PairState::in_progress)
      next = soonest(next, Next{{pair.next_request, ControllingDeadline::retransmission}});
  }
  if (may_nominate()) next = soonest(next, Next{{*nominate_at_, ControllingDeadline::nomination}});
  if (state_ != State::connected) return next;
  next = soonest(next, Next{{consent_check_at_, ControllingDeadline::consent_check}});
  return soonest(next, Next{{consent_ends_, ControllingDeadline::consent_expiry}});
}

std::optional<Transmit> ControllingAgent::poll_transmit() {
  if (transmits_.empty()) return std::nullopt;
  Transmit transmit = std::move(transmits_.front());
  transmits_.pop_front();
  return transmit;
}

std::optional<ControllingEvent> ControllingAgent::poll_event() {
  if (events_.empty()) return std::nullopt;
  const ControllingEvent event = events_.front();
  events_.pop_front();
  return event;
}

std::optional<PairSelected> ControllingAgent::selected() const {
  if (!selected_) return std::nullopt;
  return PairSelected{pairs_[*selected_].local, pairs_[*selected_].remote};
}

}  // namespace parley::ice
