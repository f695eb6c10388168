#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/time.hpp"

namespace parley {

/// The next deadline of many machines, without asking all of them.
template <class Key>
class DeadlineQueue {
 public:
  void set(const Key& key, std::optional<Instant> at) {
    const auto found = at_.find(key);
    if (found != at_.end()) {
      if (at && *at == found->second) return;
      order_.erase({found->second, key});
      at_.erase(found);
    }
    if (!at) return;
    at_.emplace(key, *at);
    order_.emplace(*at, key);
  }
  std::optional<Instant> next() const {
    return order_.empty() ? std::nullopt : std::optional(order_.begin()->first);
  }
  /// A key that is due; it stays until its deadline is set anew.
  std::optional<Key> due(Instant now) const {
    if (order_.empty() || order_.begin()->first > now) return std::nullopt;
    return order_.begin()->second;
  }

 private:
  std::map<Key, Instant> at_;
  std::set<std::pair<Instant, Key>> order_;
};

}  // namespace parley
