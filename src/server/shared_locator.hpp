#pragma once

#include <mutex>
#include <optional>
#include <shared_mutex>

#include "platform/locator.hpp"

namespace parley::server {

/// The locator for every thread: shards write, HTTP threads read.
class SharedLocator {
 public:
  void put(CallId call, platform::ShardIndex shard) {
    const std::lock_guard lock(mutex_);
    locator_.put(call, shard);
  }
  void erase(CallId call) {
    const std::lock_guard lock(mutex_);
    locator_.erase(call);
  }
  std::optional<platform::ShardIndex> find(CallId call) const {
    const std::shared_lock lock(mutex_);
    return locator_.find(call);
  }

 private:
  mutable std::shared_mutex mutex_;
  platform::Locator locator_;
};

}  // namespace parley::server
