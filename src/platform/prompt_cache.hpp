#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/shard_io.hpp"

namespace parley::platform {

/// The prompts of all shards, on shard 0: fetched once, decoded and encoded once, shared by all
/// listeners. Key: application and resourceId, reused for a while without asking; else application
/// and URL, reused while `max-age` says so, then asked for again with its validator before each
/// play.
class PromptCache {
 public:
  PromptCache(Duration resource_reuse, std::size_t max_bytes)
      : resource_reuse_(resource_reuse), max_bytes_(max_bytes) {}

  void handle_input(const Now& now, const PromptWanted& wanted);
  void handle_input(const Now& now, PromptFetched fetched);
  void handle_input(const Now& now, PromptEncoded encoded);
  /// `FetchPrompt`, `EncodePrompt` and `ToShard` with `PromptReady`.
  std::optional<ShardEvent> poll_event();

 private:
  using Key = std::pair<ApplicationId, std::string>;
  struct Entry {
    media::SharedPrompt prompt;
    std::string etag;
    std::string last_modified;
    Instant fresh_until{};
    std::uint64_t last_use = 0;
    bool is_loading = false;
    bool by_resource = false;
    std::vector<std::pair<ShardIndex, JobId>> waiting;
  };

  void finish(const Key& key, Entry& entry, const media::SharedPrompt& prompt,
              const std::string& error);
  void shrink();
  Entry* entry_of(JobId job);

  Duration resource_reuse_;
  std::size_t max_bytes_;
  std::map<Key, Entry> entries_;
  std::map<JobId, Key> jobs_;
  std::uint64_t next_job_ = 1;
  std::uint64_t uses_ = 0;
  std::size_t bytes_ = 0;
  std::deque<ShardEvent> events_;
};

}  // namespace parley::platform
