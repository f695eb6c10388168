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
/// play. The least recently used are forgotten beyond `max_bytes`, which counts what an entry takes
/// beside its sound too.
class PromptCache {
 public:
  PromptCache(Duration resource_reuse, std::size_t max_bytes)
      : resource_reuse_(resource_reuse), max_bytes_(max_bytes) {}

  void handle_input(const Now& now, const PromptWanted& wanted);
  void handle_input(const Now& now, PromptFetched fetched);
  void handle_input(const Now& now, PromptEncoded encoded);
  /// `FetchPrompt`, `EncodePrompt` and `ToShard` with `PromptReady`.
  std::optional<ShardEvent> poll_event();

  /// A longer ETag or Last-Modified is not kept: the prompt is then fetched anew.
  static constexpr std::size_t kMaxValidator = 256;
  /// About what an entry takes but for its sound and texts.
  static constexpr std::size_t kEntryBytes = 512;

 private:
  using Key = std::pair<ApplicationId, std::string>;
  struct Entry {
    media::SharedPrompt prompt;
    std::string etag;
    std::string last_modified;
    Instant fresh_until{};
    std::uint64_t last_use = 0;
    std::size_t bytes = 0;  ///< that it is counted for; 0 until it has a prompt
    bool is_loading = false;
    bool by_resource = false;
    std::vector<std::pair<ShardIndex, JobId>> waiting;
  };

  void finish(const Key& key, Entry& entry, const media::SharedPrompt& prompt,
              const std::string& error);
  using Entries = std::map<Key, Entry>;
  void use(Entries::iterator entry);
  void count(const Key& key, Entry& entry);
  void remove(Entries::iterator entry);
  void shrink();
  Entry* entry_of(JobId job);

  Duration resource_reuse_;
  std::size_t max_bytes_;
  Entries entries_;
  std::map<std::uint64_t, Entries::iterator> by_use_;
  std::map<JobId, Key> jobs_;
  std::uint64_t next_job_ = 1;
  std::uint64_t uses_ = 0;
  std::size_t bytes_ = 0;
  std::deque<ShardEvent> events_;
};

}  // namespace parley::platform
