#include "platform/prompt_cache.hpp"

#include <algorithm>
#include <utility>

namespace parley::platform {
namespace {

std::string kept_validator(std::string validator) {
  return validator.size() <= PromptCache::kMaxValidator ? std::move(validator) : std::string();
}

}  // namespace

void PromptCache::handle_input(const Now& now, const PromptWanted& wanted) {
  const auto& [uri, resource_id] = wanted.prompt;
  // A resource id that looks like a URL must not meet that URL.
  const Key key{wanted.application, resource_id ? "resource " + *resource_id : "url " + uri};
  const auto found = entries_.try_emplace(key).first;
  use(found);
  Entry& entry = found->second;
  entry.by_resource = resource_id.has_value();
  if (entry.prompt && !entry.is_loading && now.monotonic < entry.fresh_until) {
    events_.emplace_back(ToShard{wanted.from, PromptReady{wanted.job, entry.prompt, ""}});
    return;
  }
  entry.waiting.emplace_back(wanted.from, wanted.job);
  if (std::exchange(entry.is_loading, true)) return;
  const JobId job{next_job_++};
  jobs_.emplace(job, key);
  events_.emplace_back(FetchPrompt{job, wanted.application, uri, entry.etag, entry.last_modified});
}

PromptCache::Entry* PromptCache::entry_of(JobId job) {
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? nullptr : &entries_.at(found->second);
}

void PromptCache::handle_input(const Now& now, PromptFetched fetched) {
  Entry* entry = entry_of(fetched.job);
  if (!entry) return;
  const Key key = jobs_.at(fetched.job);
  const bool is_current = fetched.status == 200 || fetched.status == 304;
  if (is_current)
    entry->fresh_until =
        now + (entry->by_resource ? resource_reuse_
                                  : Duration(fetched.max_age.value_or(std::chrono::seconds(0))));
  if (fetched.status == 304 && entry->prompt) {
    jobs_.erase(fetched.job);
    return finish(key, *entry, entry->prompt, "");
  }
  if (fetched.status != 200) {
    jobs_.erase(fetched.job);
    const std::string why = fetched.status == 0
                                ? fetched.error
                                : "the server answered " + std::to_string(fetched.status);
    return finish(key, *entry, nullptr, "The prompt could not be fetched: " + why);
  }
  entry->etag = kept_validator(std::move(fetched.etag));
  entry->last_modified = kept_validator(std::move(fetched.last_modified));
  events_.emplace_back(EncodePrompt{fetched.job, std::move(fetched.body)});
}

void PromptCache::handle_input(const Now&, PromptEncoded encoded) {
  Entry* entry = entry_of(encoded.job);
  if (!entry) return;
  const Key key = jobs_.at(encoded.job);
  jobs_.erase(encoded.job);
  entry->prompt = encoded.prompt;
  count(key, *entry);
  finish(key, *entry, encoded.prompt, encoded.error);
  shrink();
}

void PromptCache::finish(const Key& key, Entry& entry, const media::SharedPrompt& prompt,
                         const std::string& error) {
  entry.is_loading = false;
  for (const auto& [shard, job] : std::exchange(entry.waiting, {}))
    events_.emplace_back(ToShard{shard, PromptReady{job, prompt, error}});
  if (!entry.prompt) remove(entries_.find(key));
}

void PromptCache::use(Entries::iterator entry) {
  by_use_.erase(entry->second.last_use);
  entry->second.last_use = ++uses_;
  by_use_.emplace(uses_, entry);
}

void PromptCache::count(const Key& key, Entry& entry) {
  bytes_ -= entry.bytes;
  entry.bytes = entry.prompt ? entry.prompt->bytes() + key.second.size() + entry.etag.size() +
                                   entry.last_modified.size() + kEntryBytes
                             : 0;
  bytes_ += entry.bytes;
}

void PromptCache::remove(Entries::iterator entry) {
  bytes_ -= entry->second.bytes;
  by_use_.erase(entry->second.last_use);
  entries_.erase(entry);
}

void PromptCache::shrink() {
  for (auto next = by_use_.begin(); bytes_ > max_bytes_ && next != by_use_.end();) {
    const auto entry = (next++)->second;
    if (!entry->second.is_loading) remove(entry);
  }
}

std::optional<ShardEvent> PromptCache::poll_event() {
  if (events_.empty()) return std::nullopt;
  ShardEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace parley::platform
