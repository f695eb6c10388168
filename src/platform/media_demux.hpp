#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/socket_address.hpp"
#include "model/ids.hpp"
#include "proto/ice/credentials.hpp"
#include "wire/demux.hpp"

namespace parley::platform {

/// Which conversation a datagram is for: a STUN check by the local ufrag it names, everything else
/// by the pair of addresses that such checks came over. It only selects: the leg authenticates.
class MediaDemux {
 public:
  /// Pairs beyond this are forgotten, the oldest first; the next check teaches them anew.
  static constexpr std::size_t kMaxPairs = 100'000;

  void add(const std::string& ufrag, ConversationId conversation) { ufrags_[ufrag] = conversation; }
  void remove(ConversationId conversation, const std::vector<std::string>& ufrags) {
    for (const std::string& ufrag : ufrags) ufrags_.erase(ufrag);
    std::erase_if(pairs_, [&](const auto& pair) { return pair.second == conversation; });
  }

  std::optional<ConversationId> find(const SocketAddress& local, const SocketAddress& remote,
                                     ByteView datagram) {
    if (wire::demux(datagram) != wire::DatagramKind::stun) {
      const auto found = pairs_.find({local, remote});
      return found == pairs_.end() ? std::nullopt : std::optional(found->second);
    }
    const auto ufrag = ice::ufrag_of(datagram);
    const auto found = ufrag ? ufrags_.find(std::string(*ufrag)) : ufrags_.end();
    if (found == ufrags_.end()) return std::nullopt;
    learn(local, remote, found->second);
    return found->second;
  }

 private:
  void learn(const SocketAddress& local, const SocketAddress& remote, ConversationId conversation) {
    const auto [pair, is_new] = pairs_.insert_or_assign({local, remote}, conversation);
    if (!is_new) return;
    order_.push_back(pair->first);
    if (order_.size() <= kMaxPairs) return;
    pairs_.erase(order_.front());
    order_.pop_front();
  }

  struct Pair {
    SocketAddress local;
    SocketAddress remote;
    friend bool operator==(const Pair&, const Pair&) = default;
  };
  struct PairHash {
    std::size_t operator()(const Pair& pair) const {
      return std::hash<SocketAddress>{}(pair.local) * 31 + std::hash<SocketAddress>{}(pair.remote);
    }
  };

  std::unordered_map<std::string, ConversationId> ufrags_;
  std::unordered_map<Pair, ConversationId, PairHash> pairs_;
  std::deque<Pair> order_;
};

}  // namespace parley::platform
