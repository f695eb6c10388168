#include "server/writer_thread.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "server/server_test_support.hpp"

namespace parley::server {
namespace {

using platform::BatchId;
using platform::Commit;
using platform::Committed;

/// A store that does what the test says and remembers what it kept.
class ScriptedStore {
 public:
  WriterThread::Store store() {
    return {[this](std::span<const model::RowChanges> batches) { return commit(batches); },
            [this] { return probe(); },
            [this] {
              return purge();
            }};
  }
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void hold_purges() {
    hold();
    holds_purges_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void fail_next(int times, store::StoreFault fault) {
    const std::lock_guard lock(mutex_);
    failures_ = times;
    fault_ = fault;
  }
  /// A batch with more than one row is refused for ever.
  void refuse_pairs() { refuse_pairs_ = true; }
  /// The next goes of the purge leave more.
  void leave_more(int goes) {
    const std::lock_guard lock(mutex_);
    purges_left_ = goes;
  }
  bool wait_for_probes(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return probes_ >= count; });
  }
  bool wait_for_purges(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return purges_ >= count; });
  }
  void wait_until_busy() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return busy_; });
  }
  std::vector<std::size_t> groups() {
    const std::lock_guard lock(mutex_);
    return groups_;
  }

 private:
  bool purge() {
    std::unique_lock lock(mutex_);
    ++purges_;
    changed_.notify_all();
    if (holds_purges_) changed_.wait_for(lock, std::chrono::seconds(10), [&] { return !held_; });
    return purges_left_-- > 0;
  }
  store::StoreResult<void> probe() {
    const std::lock_guard lock(mutex_);
    ++probes_;
    changed_.notify_all();
    if (failures_ > 0) return Failure{store::StoreError{fault_, "scripted"}};
    return {};
  }
  store::StoreResult<void> commit(std::span<const model::RowChanges> batches) {
    std::unique_lock lock(mutex_);
    busy_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return !held_; });
    if (failures_ > 0) {
      --failures_;
      return Failure{store::StoreError{fault_, "scripted"}};
    }
    for (const auto& batch : batches)
      if (refuse_pairs_ && batch.size() > 1)
        return Failure{store::StoreError{store::StoreFault::other, "a pair"}};
    groups_.push_back(batches.size());
    return {};
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool holds_purges_ = false;
  bool busy_ = false;
  int failures_ = 0;
  int probes_ = 0;
  int purges_ = 0;
  int purges_left_ = 0;
  store::StoreFault fault_ = store::StoreFault::io;
  std::atomic<bool> refuse_pairs_ = false;
  std::vector<std::size_t> groups_;
};

class WriterThreadTest : public ::testing::Test {
 protected:
  void start(WriterOptions options = {}) {
    options.first_retry = std::chrono::milliseconds(1);
    writer_.emplace(
        options, store_.store(),
        [this](platform::ShardIndex shard, platform::ShardInput input) {
          posted_.post(shard, std::move(input));
        },
        log_);
  }
  void commit(platform::ShardIndex shard, std::uint64_t batch, std::size_t rows = 1) {
    writer_->commit(shard, Commit{BatchId{batch}, std::vector<model::RowChange>(
                                                      rows, model::Row(model::CallRecord{}))});
  }
  /// Waits until the store is healthy, or is not.
  bool becomes(bool healthy) const {
    return yield_until([&] { return writer_->healthy() == healthy; });
  }
  /// `shard:batch` of the first `count` answers.
  std::vector<std::string> told(std::size_t count) {
    std::vector<std::string> texts;
    for (const auto& [shard, input] : posted_.wait_for(count))
      texts.push_back(std::to_string(shard) + ":" + verdict(input));
    return texts;
  }
  static std::string verdict(const platform::ShardInput& input) {
    if (const auto* lost = std::get_if<platform::CommitLost>(&input))
      return "lost " + std::to_string(lost->batch.value);
    return std::to_string(std::get<Committed>(input).batch.value);
  }

  ScriptedStore store_;
  PostedInputs posted_;
  NullLog log_;
  std::optional<WriterThread> writer_;
};

TEST_F(WriterThreadTest, TellsEachShardInOrderAndGroupsWhatWaits) {
  store_.hold();
  start();
  commit(0, 1);
  store_.wait_until_busy();
  commit(0, 2);
  commit(1, 1);
  commit(0, 3);
  store_.let_go();
  EXPECT_EQ(told(4), (std::vector<std::string>{"0:1", "0:2", "1:1", "0:3"}));
  EXPECT_EQ(store_.groups(), (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(writer_->committed(), 4u);
}

TEST_F(WriterThreadTest, ATransientFailureIsRetriedUntilItPasses) {
  start();
  std::vector<std::string> kept;
  for (const auto fault : {store::StoreFault::disk_full, store::StoreFault::no_memory,
                           store::StoreFault::busy, store::StoreFault::io}) {
    store_.fail_next(3, fault);
    commit(0, kept.size() + 1);
    kept.push_back("0:" + std::to_string(kept.size() + 1));
    EXPECT_EQ(told(kept.size()), kept);
  }
  EXPECT_TRUE(writer_->healthy());
  EXPECT_EQ(writer_->lost(), 0u);
}

TEST_F(WriterThreadTest, WhatCanBeSentAgainIsLostWhenTheStoreGoesOnFailing) {
  store_.fail_next(1'000'000, store::StoreFault::disk_full);
  WriterOptions options;
  options.patience = Duration::zero();
  options.max_retry = std::chrono::milliseconds(1);
  start(options);
  const auto request = [](std::uint64_t batch) {
    return Commit{BatchId{batch}, {model::Row(model::UserRecord{})}, {}, true};
  };
  writer_->commit(0, request(1));
  EXPECT_EQ(told(1), std::vector<std::string>{"0:lost 1"});
  EXPECT_TRUE(store_.wait_for_probes(2));
  EXPECT_FALSE(writer_->healthy());
  commit(0, 2);
  writer_->commit(0, request(3));
  EXPECT_EQ(told(2).back(), "0:lost 3");
  store_.fail_next(0, store::StoreFault::other);
  EXPECT_EQ(told(3).back(), "0:2");
  EXPECT_TRUE(writer_->healthy());
}

TEST_F(WriterThreadTest, AStoreThatWorksAgainIsFoundOutThoughNothingWaits) {
  store_.fail_next(1'000'000, store::StoreFault::disk_full);
  WriterOptions options;
  options.patience = Duration::zero();
  options.max_retry = std::chrono::milliseconds(1);
  start(options);
  writer_->commit(0, Commit{BatchId{1}, {model::Row(model::UserRecord{})}, {}, true});
  EXPECT_EQ(told(1), std::vector<std::string>{"0:lost 1"});
  store_.fail_next(0, store::StoreFault::other);
  EXPECT_TRUE(becomes(true));
}

TEST_F(WriterThreadTest, WhileTheStoreFailsItIsNotHealthy) {
  store_.fail_next(1'000'000, store::StoreFault::io);
  WriterOptions options;
  start(options);
  commit(0, 1);
  store_.wait_until_busy();
  EXPECT_TRUE(becomes(false));
  writer_.reset();  // ends though the store fails
  EXPECT_TRUE(posted_.wait_for(0).empty());
}

TEST_F(WriterThreadTest, WhileACommitHangsTheStoreIsNotHealthy) {
  store_.hold();
  WriterOptions options;
  options.slow_commit = Duration::zero();
  start(options);
  EXPECT_TRUE(becomes(true));
  commit(0, 1);
  store_.wait_until_busy();
  EXPECT_FALSE(writer_->healthy());
  store_.let_go();
  EXPECT_EQ(told(1), std::vector<std::string>{"0:1"});
  EXPECT_TRUE(writer_->healthy());
}

TEST_F(WriterThreadTest, WhileAPurgeHangsTheStoreIsNotHealthyAndWhoCanAskAgainIsTold) {
  store_.hold_purges();
  WriterOptions options;
  options.slow_commit = Duration::zero();
  start(options);
  EXPECT_TRUE(becomes(false)) << "it purges at the start";
  writer_->commit(0, Commit{BatchId{1}, {model::Row(model::UserRecord{})}, {}, true});
  EXPECT_EQ(told(1), std::vector<std::string>{"0:lost 1"});
  commit(0, 2);
  store_.let_go();
  EXPECT_EQ(told(2).back(), "0:2");
  EXPECT_TRUE(becomes(true));
}

TEST_F(WriterThreadTest, ABatchThatCanNeverBeKeptDoesNotHoldUpTheOthers) {
  store_.refuse_pairs();
  store_.hold();
  start();
  commit(0, 1);
  store_.wait_until_busy();
  commit(0, 2);
  commit(0, 3, 2);
  commit(0, 4);
  store_.let_go();
  EXPECT_EQ(told(4), (std::vector<std::string>{"0:1", "0:2", "0:lost 3", "0:4"}));
  EXPECT_EQ(writer_->lost(), 1u);
}

TEST_F(WriterThreadTest, AStoreThatKeepsNothingIsNotHealthyUntilItDoes) {
  store_.fail_next(2, store::StoreFault::corrupt);  // the group, then the batch alone
  start();
  commit(0, 1);
  EXPECT_EQ(told(1), std::vector<std::string>{"0:lost 1"});
  EXPECT_FALSE(writer_->healthy());
  commit(0, 2);
  EXPECT_EQ(told(2).back(), "0:2");
  EXPECT_TRUE(writer_->healthy());
}

TEST_F(WriterThreadTest, BeyondItsLimitABatchIsLostAndItsShardHearsOfIt) {
  store_.hold();
  WriterOptions options;
  options.max_waiting = 2;
  start(options);
  commit(0, 1);
  store_.wait_until_busy();
  for (std::uint64_t batch = 2; batch <= 4; ++batch) commit(0, batch);
  EXPECT_EQ(writer_->waiting(), 2u);
  EXPECT_EQ(writer_->lost(), 1u);
  store_.let_go();
  EXPECT_EQ(told(4), (std::vector<std::string>{"0:lost 4", "0:1", "0:2", "0:3"}));
}

TEST_F(WriterThreadTest, TheTimelineIsTheFirstToGo) {
  store_.refuse_pairs();  // a row with a line of the timeline is one
  store_.hold();
  WriterOptions options;
  options.max_waiting_with_timeline = 1;
  start(options);
  commit(0, 1);
  store_.wait_until_busy();
  for (std::uint64_t batch = 2; batch <= 3; ++batch)
    writer_->commit(0, Commit{BatchId{batch},
                              {model::Row(model::CallRecord{})},
                              {model::TimelineRecord{{}, {}, "{}"}}});
  store_.let_go();
  EXPECT_EQ(told(3), (std::vector<std::string>{"0:1", "0:lost 2", "0:3"}));
  EXPECT_EQ(writer_->timeline_lines_shed(), 1u);
}

TEST_F(WriterThreadTest, PurgesUntilNothingIsLeftAndCommitsBetween) {
  store_.leave_more(1'000'000);
  WriterOptions options;
  options.purge_interval = std::chrono::hours(1);
  options.purge_pause = Duration::zero();
  start(options);
  EXPECT_TRUE(store_.wait_for_purges(5));
  commit(0, 1);
  EXPECT_EQ(told(1), std::vector<std::string>{"0:1"});
}

TEST_F(WriterThreadTest, PurgesAlsoWhileCommitsFail) {
  store_.fail_next(1'000'000, store::StoreFault::disk_full);
  store_.leave_more(4);
  store_.hold();
  WriterOptions options;
  options.purge_interval = std::chrono::hours(1);
  start(options);
  commit(0, 1);
  store_.let_go();
  EXPECT_TRUE(store_.wait_for_purges(5));
  writer_.reset();
}

TEST_F(WriterThreadTest, CommitsWhatWaitsBeforeItEnds) {
  store_.hold();
  start();
  commit(0, 1);
  store_.wait_until_busy();
  commit(0, 2);
  store_.let_go();
  writer_.reset();
  EXPECT_EQ(told(2).size(), 2u);
}

}  // namespace
}  // namespace parley::server
