#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "platform/shard_io.hpp"

namespace parley::server {

/// What waits for one shard, from any thread. `wake` is called when the first input comes into an
/// empty box; the shard's thread then takes all of it.
class Mailbox {
 public:
  /// New work from outside that waits beyond this is refused: a shard that is this far behind would
  /// answer too late anyway.
  static constexpr std::size_t kMaxWaiting = 20'000;

  /// Datagrams of moved legs give way earlier: a peer that floods must not keep others out.
  static constexpr std::size_t kMaxWaitingForMedia = 2'000;

  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// An answer to something that the shard asked for: never refused.
  void post(platform::ShardInput input) { put(std::move(input), SIZE_MAX); }
  /// New work from outside; false when too much waits.
  bool offer(platform::ShardInput input) { return put(std::move(input), kMaxWaiting); }

  bool offer_media(platform::ShardInput input) {
    return put(std::move(input), kMaxWaitingForMedia);
  }

  std::vector<platform::ShardInput> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

 private:
  bool put(platform::ShardInput input, std::size_t limit) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() >= limit) return false;
      first = waiting_.empty();
      waiting_.push_back(std::move(input));
    }
    if (first) wake_();
    return true;
  }

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::vector<platform::ShardInput> waiting_;
};

/// Hands an input to a shard, from any thread.
using PostToShard = std::function<void(platform::ShardIndex, platform::ShardInput)>;

}  // namespace parley::server
