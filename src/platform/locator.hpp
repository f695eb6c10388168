#pragma once

#include <optional>
#include <unordered_map>

#include "platform/shard_io.hpp"

namespace parley::platform {

/// Which shard a call lives on. Not locked: `server/` puts a lock around it.
class Locator {
 public:
  void put(CallId call, ShardIndex shard) { shards_[call] = shard; }
  void erase(CallId call) { shards_.erase(call); }
  std::optional<ShardIndex> find(CallId call) const {
    const auto found = shards_.find(call);
    return found == shards_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::unordered_map<CallId, ShardIndex> shards_;
};

}  // namespace parley::platform
