#pragma once

#include <deque>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/time.hpp"
#include "net/responder.hpp"
#include "platform/shard_io.hpp"
#include "server/http_reply.hpp"

namespace parley::server {

/// Who waits for which answer. Thread-safe.
class ResponderTable {
 public:
  /// net has answered 503 long before; what is older is forgotten.
  static constexpr Duration kMaxAge = std::chrono::minutes(2);

  /// Notes who waits, and hands the request over by `offer`: its answer may come before that
  /// returns. False when the offer is refused; then nobody waits.
  template <class Offer>
  bool wait(RequestId request, const net::Responder& responder, Instant now, Offer&& offer) {
    put(request, responder, now);
    if (offer()) return true;
    const std::lock_guard lock(mutex_);
    waiting_.erase(request);
    return false;
  }

  void answer(platform::HttpAnswer answer) {
    std::unique_lock lock(mutex_);
    auto found = waiting_.extract(answer.request);
    lock.unlock();
    if (!found.empty()) found.mapped().respond(to_response(std::move(answer.reply)));
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

 private:
  void put(RequestId request, net::Responder responder, Instant now) {
    const std::lock_guard lock(mutex_);
    while (!by_age_.empty() && now - by_age_.front().first > kMaxAge) {
      waiting_.erase(by_age_.front().second);
      by_age_.pop_front();
    }
    waiting_.emplace(request, std::move(responder));
    by_age_.emplace_back(now, request);
  }

  mutable std::mutex mutex_;
  std::unordered_map<RequestId, net::Responder> waiting_;
  std::deque<std::pair<Instant, RequestId>> by_age_;  ///< answered ones too, until their age
};

}  // namespace parley::server
