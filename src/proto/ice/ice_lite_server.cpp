#include "proto/ice/ice_lite_server.hpp"

#include <algorithm>
#include <cassert>

#include "crypto/hash.hpp"

namespace parley::ice {

IceLiteServer::IceLiteServer(const Now& now, IceLiteOptions options, PacketPool& pool)
    : options_(std::move(options)),
      pool_(&pool),
      username_(options_.local.ufrag + ":" + options_.remote_ufrag),
      started_(now.monotonic),
      seen_(options_.max_seen_checks) {
  assert(options_.max_pairs >= 2);
}

void IceLiteServer::handle_input(const Now& now, const SocketAddress& local,
                                 const SocketAddress& remote, ByteView datagram) {
  handle_timeout(now);
  const auto message = wire::parse_stun(datagram);
  if (!message || message->message_class != wire::StunClass::request ||
      message->method != wire::kStunBinding || !message->fingerprint) {
    ++stats_.malformed;
    return;
  }
  ++stats_.requests;
  if (expired_) {
    ++stats_.after_expiry;
    return;
  }
  if (!authenticate(*message)) return;
  const Sight sight = seen_.see(message->transaction_id, local, remote);
  if (sight == Sight::elsewhere) {
    ++stats_.replayed;
    return;
  }
  if (refuse(*message, local, remote)) return;
  wire::StunWriter writer(wire::StunClass::success, wire::kStunBinding, message->transaction_id);
  writer.xor_mapped_address(remote);
  answer(local, remote, writer.finish(as_bytes(options_.local.password), crypto::hmac_sha1));
  ++stats_.successes;
  if (sight == Sight::again) {
    // Its answer may have been lost. What it said was heard the first time.
    ++stats_.repeated;
    return;
  }
  Pair& pair = remember(now, local, remote);
  pair.priority = message->priority.value_or(0);
  if (message->use_candidate) nominate(now, pair);
}

bool IceLiteServer::authenticate(const wire::StunMessage& message) {
  if (message.username != username_) {
    ++stats_.wrong_username;
    return false;
  }
  if (!wire::verify_integrity(message, as_bytes(options_.local.password), crypto::hmac_sha1)) {
    ++stats_.bad_integrity;
    return false;
  }
  return true;
}

// Answers with an error what is authentic and yet not acceptable.
bool IceLiteServer::refuse(const wire::StunMessage& message, const SocketAddress& local,
                           const SocketAddress& remote) {
  wire::StunWriter writer(wire::StunClass::error, wire::kStunBinding, message.transaction_id);
  if (!message.unknown_required.empty()) {
    ++stats_.unknown_attributes;
    writer.error({wire::kStunUnknownAttribute, "Unknown Attribute"});
    writer.unknown_attributes(message.unknown_required);
  } else if (message.ice_controlled) {
    // RFC 8445 §6.1.1: beside a lite agent the full one controls, so the tie-breakers decide
    // nothing.
    ++stats_.role_conflicts;
    writer.error({wire::kStunRoleConflict, "Role Conflict"});
  } else {
    return false;
  }
  answer(local, remote, writer.finish(as_bytes(options_.local.password), crypto::hmac_sha1));
  return true;
}

void IceLiteServer::answer(const SocketAddress& local, const SocketAddress& remote,
                           ByteView datagram) {
  transmits_.push_back({Transport::udp, local, remote, pool_->copy_of(datagram)});
}

IceLiteServer::Pair& IceLiteServer::remember(const Now& now, const SocketAddress& local,
                                             const SocketAddress& remote) {
  const auto known = std::find_if(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
    return pair.local == local && pair.remote == remote;
  });
  if (known != pairs_.end()) {
    known->heard = now.monotonic;
    return *known;
  }
  if (pairs_.size() == options_.max_pairs) evict();
  pairs_.push_back({.local = local, .remote = remote, .heard = now.monotonic});
  return pairs_.back();
}

void IceLiteServer::evict() {
  const auto oldest =
      std::min_element(pairs_.begin(), pairs_.end(), [this](const Pair& a, const Pair& b) {
        return std::pair(is_selected(a), a.heard) < std::pair(is_selected(b), b.heard);
      });
  pairs_.erase(oldest);
  ++stats_.evicted_pairs;
}

void IceLiteServer::nominate(const Now& now, Pair& pair) {
  pair.nominated = true;
  const Pair* current = selected_pair();
  if (current == &pair) return;
  const bool settled = now.monotonic - selected_at_ >= options_.nomination_settles;
  if (!current || settled || pair.priority >= current->priority) select(now, pair);
}

void IceLiteServer::select(const Now& now, const Pair& pair) {
  selected_ = PairSelected{pair.local, pair.remote};
  selected_at_ = now.monotonic;
  ++stats_.selections;
  events_.push_back(*selected_);
}

bool IceLiteServer::is_selected(const Pair& pair) const {
  return selected_ && selected_->local == pair.local && selected_->remote == pair.remote;
}

const IceLiteServer::Pair* IceLiteServer::selected_pair() const {
  const auto found = std::find_if(pairs_.begin(), pairs_.end(),
                                  [this](const Pair& pair) { return is_selected(pair); });
  return found == pairs_.end() ? nullptr : &*found;
}

void IceLiteServer::handle_timeout(const Now& now) {
  const auto deadline = next_deadline();
  if (!deadline || now.monotonic < deadline->at) return;
  std::erase_if(pairs_, [&](const Pair& pair) {
    return now.monotonic - pair.heard >= options_.consent_timeout;
  });
  if (selected_pair()) return;
  // An aggressive peer may have settled on another of the pairs it nominated, and checks only that.
  const auto spare =
      std::find_if(pairs_.rbegin(), pairs_.rend(), [](const Pair& pair) { return pair.nominated; });
  if (spare != pairs_.rend()) return select(now, *spare);
  if (!selected_ && !pairs_.empty()) return;
  expired_ = true;
  selected_.reset();
  pairs_.clear();
  events_.push_back(ConsentExpired{});
}

// Each pair is forgotten at its own time, so that `is_checked` holds no stale address; the last
// one to go, or the selected one, ends the agent.
std::optional<Deadline<IceLiteDeadline>> IceLiteServer::next_deadline() const {
  if (expired_) return std::nullopt;
  std::optional<Instant> first;
  for (const Pair& pair : pairs_) first = soonest(first, pair.heard);
  return Deadline{first.value_or(started_) + options_.consent_timeout,
                  IceLiteDeadline::consent_expiry};
}

std::optional<Transmit> IceLiteServer::poll_transmit() {
  if (transmits_.empty()) return std::nullopt;
  Transmit transmit = std::move(transmits_.front());
  transmits_.pop_front();
  return transmit;
}

std::optional<IceLiteEvent> IceLiteServer::poll_event() {
  if (events_.empty()) return std::nullopt;
  IceLiteEvent event = events_.front();
  events_.pop_front();
  return event;
}

bool IceLiteServer::is_checked(const SocketAddress& local, const SocketAddress& remote) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
    return pair.local == local && pair.remote == remote;
  });
}

}  // namespace parley::ice
