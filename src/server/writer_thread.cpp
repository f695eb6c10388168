#include "server/writer_thread.hpp"

#include <algorithm>

#include "net/event_loop.hpp"

namespace parley::server {
namespace {

/// Faults of the place, not of the batch: the same commit may succeed later.
bool may_pass(store::StoreFault fault) {
  switch (fault) {
    case store::StoreFault::busy:
    case store::StoreFault::no_memory:
    case store::StoreFault::disk_full:
    case store::StoreFault::read_only:
    case store::StoreFault::cannot_open:
    case store::StoreFault::io:
      return true;
    case store::StoreFault::corrupt:
    case store::StoreFault::newer_schema:
    case store::StoreFault::other:
      return false;
  }
  return false;
}

constexpr const char* kGoesOnFailing = "the store goes on failing";

/// Whether what began then lasts longer; what has not begun is in the future.
bool is_longer_than(Duration limit, Instant since) {
  const Instant now = net::read_clocks().monotonic;
  return since <= now && now - since >= limit;
}

}  // namespace

WriterThread::WriterThread(WriterOptions options, Store store, PostToShard post, LogSink& log)
    : options_(options),
      store_(std::move(store)),
      post_(std::move(post)),
      log_(log),
      retry_(options.first_retry),
      next_purge_(net::read_clocks().monotonic),
      thread_([this] { run(); }) {}

WriterThread::~WriterThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void WriterThread::commit(platform::ShardIndex shard, platform::Commit commit) {
  std::string refused;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < options_.max_waiting_with_timeline) {
      for (model::TimelineRecord& line : commit.timeline)
        commit.rows.emplace_back(model::Row(std::move(line)));
    } else {
      timeline_lines_shed_ += commit.timeline.size();
    }
    if (waiting_.size() >= options_.max_waiting)
      refused = "too many commits wait";
    else if (commit.is_repeatable && is_impatient())
      refused = kGoesOnFailing;
    else
      waiting_.push_back({shard, commit.batch, std::move(commit.rows), commit.is_repeatable});
  }
  // Not under the lock: on the same core the writer would wake up only to wait for it.
  if (refused.empty())
    wake_.notify_one();
  else
    lose(shard, commit.batch, refused);
}

void WriterThread::lose(platform::ShardIndex shard, platform::BatchId batch,
                        const std::string& reason) {
  ++lost_;
  log_.write(LogLevel::error, "commit_lost",
             {{"shard", std::to_string(shard)}, {"reason", reason}});
  post_(shard, platform::CommitLost{batch});
}

bool WriterThread::healthy() const {
  return failing_since_.load() == kNot && !is_longer_than(options_.slow_commit, in_store_since_);
}

bool WriterThread::is_impatient() const {
  return is_longer_than(options_.patience, failing_since_) ||
         is_longer_than(options_.slow_commit, in_store_since_);
}

std::size_t WriterThread::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

template <class Work>
auto WriterThread::in_store(Work&& work) {
  in_store_since_ = net::read_clocks().monotonic;
  auto result = work();
  in_store_since_ = kNot;
  return result;
}

void WriterThread::run() {
  while (wait_for_work()) {
    take_group();
    while (!commit_group()) {
      lose_repeatable();
      if (!pause_before_retry()) return;
      take_group();
    }
    purge_when_due();
  }
}

bool WriterThread::wait_for_work() {
  std::unique_lock lock(mutex_);
  const Duration until_purge = next_purge_ - net::read_clocks().monotonic;
  wake_.wait_for(lock, std::max(until_purge, Duration::zero()),
                 [this] { return stopping_ || !waiting_.empty(); });
  return !stopping_ || !waiting_.empty();
}

void WriterThread::take_group() {
  const std::lock_guard lock(mutex_);
  const std::size_t count = std::min(waiting_.size(), options_.max_group - group_.size());
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  group_.insert(group_.end(), std::make_move_iterator(waiting_.begin()),
                std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
}

bool WriterThread::commit_group() {
  if (group_.empty() && failing_since_.load() == kNot) return true;
  std::vector<model::RowChanges> batches;
  batches.reserve(group_.size());
  for (Batch& batch : group_) batches.push_back(std::move(batch.rows));
  const auto kept = commit_now(batches);
  if (kept) {
    tell_first(group_.size());
    group_.clear();
    return true;
  }
  for (std::size_t i = 0; i < group_.size(); ++i) group_[i].rows = std::move(batches[i]);
  on_failure(kept.error());
  return !may_pass(kept.error().fault) && commit_singly();
}

store::StoreResult<void> WriterThread::commit_now(std::span<const model::RowChanges> batches) {
  return in_store([&] { return batches.empty() ? store_.probe() : store_.commit(batches); });
}

/// One batch of the group cannot be kept, ever: find it, so that it doesn't hold up all others.
bool WriterThread::commit_singly() {
  while (!group_.empty()) {
    const auto kept = commit_now(std::span(&group_.front().rows, 1));
    if (!kept && may_pass(kept.error().fault)) return false;
    if (kept) {
      tell_first(1);
    } else {
      lose(group_.front().shard, group_.front().id, kept.error().text);
      // A fault of the batch alone is no sign of a sick store.
      if (kept.error().fault == store::StoreFault::other) failing_since_ = kNot;
    }
    group_.erase(group_.begin());
  }
  return true;
}

void WriterThread::tell_first(std::size_t count) {
  failing_since_ = kNot;
  retry_ = options_.first_retry;
  committed_ += count;
  for (std::size_t i = 0; i < count; ++i) post_(group_[i].shard, platform::Committed{group_[i].id});
}

void WriterThread::on_failure(const store::StoreError& error) {
  if (failing_since_.load() == kNot) failing_since_ = net::read_clocks().monotonic;
  log_.write(LogLevel::error, "commit_failed",
             {{"reason", error.text}, {"batches", std::to_string(group_.size())}});
}

void WriterThread::lose_repeatable() {
  if (!is_impatient()) return;
  std::vector<Batch> given_up;
  const auto give_up = [&](auto& batches) {
    const auto first = std::stable_partition(
        batches.begin(), batches.end(), [](const Batch& batch) { return !batch.is_repeatable; });
    given_up.insert(given_up.end(), std::make_move_iterator(first),
                    std::make_move_iterator(batches.end()));
    batches.erase(first, batches.end());
  };
  give_up(group_);
  {
    const std::lock_guard lock(mutex_);
    give_up(waiting_);
  }
  for (const Batch& batch : given_up) lose(batch.shard, batch.id, kGoesOnFailing);
}

bool WriterThread::pause_before_retry() {
  const Instant retry_at = net::read_clocks() + retry_;
  retry_ = std::min(retry_ * 2, options_.max_retry);
  while (true) {
    purge_when_due();
    const Instant now = net::read_clocks().monotonic;
    std::unique_lock lock(mutex_);
    const Duration pause = std::max(std::min(retry_at, next_purge_) - now, Duration::zero());
    if (wake_.wait_for(lock, pause, [this] { return stopping_; })) return false;
    if (now + pause >= retry_at) return true;
  }
}

void WriterThread::purge_when_due() {
  if (net::read_clocks().monotonic < next_purge_) return;
  const bool more = in_store([&] { return store_.purge(); });
  next_purge_ = net::read_clocks() + (more ? options_.purge_pause : options_.purge_interval);
}

}  // namespace parley::server
