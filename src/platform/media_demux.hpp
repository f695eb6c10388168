#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/socket_address.hpp"
#include "model/ids.hpp"
#include "proto/ice/credentials.hpp"
#include "wire/demux.hpp"

namespace parley::platform {

/// Which conversation a datagram is for: a STUN check by the local ufrag it names, everything else
/// by the pair of addresses that authentic checks came over. It only selects: the leg
/// authenticates.
class MediaDemux {
 public:
  /// Pairs of one conversation; the next one forgets its oldest, whose next check teaches it anew.
  static constexpr std::size_t kMaxPairs = 64;

  /// The conversation listens for checks that name these ufrags, and for no others.
  void set_ufrags(ConversationId conversation, std::vector<std::string> ufrags) {
    Known& known = known_[conversation];
    for (const std::string& ufrag : known.ufrags) ufrags_.erase(ufrag);
    for (const std::string& ufrag : ufrags) ufrags_[ufrag] = conversation;
    known.ufrags = std::move(ufrags);
  }
  /// One of `from`'s legs is the other conversation's now: its ufrag, and the pairs that are its
  /// own.
  template <class IsItsPair>
  void move_leg(ConversationId from, ConversationId to, std::string_view ufrag,
                const IsItsPair& is_its_pair) {
    Known& giver = known_[from];
    Known& taker = known_[to];
    std::erase(giver.ufrags, ufrag);
    taker.ufrags.emplace_back(ufrag);
    ufrags_[std::string(ufrag)] = to;
    const auto moved = std::stable_partition(
        giver.pairs.begin(), giver.pairs.end(),
        [&](const Pair& pair) { return !is_its_pair(pair.local, pair.remote); });
    for (auto pair = moved; pair != giver.pairs.end(); ++pair) {
      pairs_[*pair] = to;
      taker.pairs.push_back(*pair);
    }
    giver.pairs.erase(moved, giver.pairs.end());
    for (; taker.pairs.size() > kMaxPairs; taker.pairs.erase(taker.pairs.begin()))
      pairs_.erase(taker.pairs.front());
  }
  /// An authentic check of this conversation came over the pair. One that another conversation
  /// holds stays there while that one `still_listens` to it: a check's source can be forged by
  /// whoever knows its password. Later its NAT may have given the port to somebody else.
  template <class StillListens>
  void learn(const SocketAddress& local, const SocketAddress& remote, ConversationId conversation,
             const StillListens& still_listens) {
    const auto [held, is_new] = pairs_.try_emplace({local, remote}, conversation);
    if (!is_new) {
      if (held->second == conversation || still_listens(held->second)) return;
      std::erase(known_[held->second].pairs, held->first);
      held->second = conversation;
    }
    std::vector<Pair>& pairs = known_[conversation].pairs;
    pairs.push_back({local, remote});
    if (pairs.size() <= kMaxPairs) return;
    pairs_.erase(pairs.front());
    pairs.erase(pairs.begin());
  }
  void remove(ConversationId conversation) {
    const auto found = known_.find(conversation);
    if (found == known_.end()) return;
    for (const std::string& ufrag : found->second.ufrags) ufrags_.erase(ufrag);
    for (const Pair& pair : found->second.pairs) pairs_.erase(pair);
    known_.erase(found);
  }

  std::optional<ConversationId> find(const SocketAddress& local, const SocketAddress& remote,
                                     ByteView datagram) const {
    if (wire::demux(datagram) != wire::DatagramKind::stun) {
      const auto found = pairs_.find({local, remote});
      return found == pairs_.end() ? std::nullopt : std::optional(found->second);
    }
    const auto ufrag = ice::ufrag_of(datagram);
    const auto found = ufrag ? ufrags_.find(std::string(*ufrag)) : ufrags_.end();
    return found == ufrags_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
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
  struct Known {
    std::vector<std::string> ufrags;
    std::vector<Pair> pairs;
  };

  std::unordered_map<std::string, ConversationId> ufrags_;
  std::unordered_map<Pair, ConversationId, PairHash> pairs_;
  std::unordered_map<ConversationId, Known> known_;
};

}  // namespace parley::platform
