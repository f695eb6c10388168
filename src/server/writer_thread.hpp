#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "base/time.hpp"
#include "model/records.hpp"
#include "platform/shard_io.hpp"
#include "server/mailbox.hpp"
#include "store/store_error.hpp"

namespace parley::server {

struct WriterOptions {
  /// Batches in one transaction at most.
  std::size_t max_group = 256;
  /// Batches that wait while the store fails. A further one is lost, and its shard told so.
  std::size_t max_waiting = 100'000;
  /// When so many wait, timelines are left out.
  std::size_t max_waiting_with_timeline = 10'000;
  /// A commit or purge that takes longer counts as a failure until it returns.
  Duration slow_commit = std::chrono::seconds(3);
  /// Who can send a request again is told after so long of failures that it is not kept.
  Duration patience = std::chrono::seconds(1);
  Duration first_retry = std::chrono::milliseconds(100);
  Duration max_retry = std::chrono::seconds(5);
  /// `purge` runs at the start and this often,
  Duration purge_interval = std::chrono::minutes(1);
  /// and while it leaves more after this pause, between two groups.
  Duration purge_pause = std::chrono::milliseconds(5);
};

/// The thread that owns the store. Takes the batches of all shards, commits what waits in one
/// transaction, and tells each shard in the order of its batches, of a lost one at once. While the
/// store fails it tries again with growing delays; the shards hold back what is gated and audio
/// goes on.
class WriterThread {
 public:
  /// The store's side; called on the writer's thread only.
  struct Store {
    std::function<store::StoreResult<void>(std::span<const model::RowChanges>)> commit;
    /// Writes nothing new: whether a commit would succeed.
    std::function<store::StoreResult<void>()> probe;
    /// One bounded go, since commits wait for it; true when more is left. Runs also while commits
    /// fail: it may be what makes room on the disk.
    std::function<bool()> purge;
  };

  WriterThread(WriterOptions options, Store store, PostToShard post, LogSink& log);
  /// Commits what waits, without a further try when that fails, and ends the thread.
  ~WriterThread();

  void commit(platform::ShardIndex shard, platform::Commit commit);

  /// False while the store fails or hangs: new calls are refused then.
  bool healthy() const;
  std::size_t waiting() const;
  std::uint64_t committed() const { return committed_; }
  std::uint64_t lost() const { return lost_; }
  std::uint64_t timeline_lines_shed() const { return timeline_lines_shed_; }

 private:
  static constexpr Instant kNot = Instant::max();

  struct Batch {
    platform::ShardIndex shard;
    platform::BatchId id;
    model::RowChanges rows;
    bool is_repeatable;
  };

  void run();
  /// Waits for work or for the end; false: the end, and nothing waits.
  bool wait_for_work();
  /// Adds to the group, while there is room in it, what waits.
  void take_group();
  /// Without a group: whether the store can commit, where that is not known.
  bool commit_group();
  bool commit_singly();
  store::StoreResult<void> commit_now(std::span<const model::RowChanges> batches);
  /// Does it, and lets the others know since when meanwhile: the disk may hang.
  template <class Work>
  auto in_store(Work&& work);
  /// Whether the store has failed, or hung, for longer than who can ask again waits.
  bool is_impatient() const;
  /// Of the group, that they are kept.
  void tell_first(std::size_t count);
  void lose(platform::ShardIndex shard, platform::BatchId batch, const std::string& reason);
  void on_failure(const store::StoreError& error);
  /// What is repeatable and waits, where that waits for too long.
  void lose_repeatable();
  /// Goes on purging meanwhile; false: the end.
  bool pause_before_retry();
  void purge_when_due();

  WriterOptions options_;
  Store store_;
  PostToShard post_;
  LogSink& log_;

  // The writer's own.
  std::vector<Batch> group_;
  Duration retry_{};
  Instant next_purge_{};

  // `kNot`, or since when.
  std::atomic<Instant> failing_since_{kNot};
  std::atomic<Instant> in_store_since_{kNot};
  std::atomic<std::uint64_t> committed_{0};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::uint64_t> timeline_lines_shed_{0};
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Batch> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace parley::server
