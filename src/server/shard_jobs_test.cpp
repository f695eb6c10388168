#include "server/shard_jobs.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace parley::server {
namespace {

/// One worker, which waits behind a gate.
class ShardJobsTest : public ::testing::Test {
 protected:
  ShardJobsTest() {
    pool_.run([this] { const std::lock_guard wait(gate_); });
  }

  /// A check that takes no time: there is no password behind it.
  void check(std::uint64_t job) { jobs_.check(3, {.job = platform::JobId{job}, .check = {}}); }
  /// Of the check that is answered next: its job, and whether somebody had time for it.
  std::pair<std::uint64_t, bool> answer() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(posted_one_.wait_for(lock, std::chrono::seconds(20),
                                     [this] { return taken_ < posted_.size(); }));
    const auto& checked = std::get<platform::PasswordChecked>(posted_.at(taken_++));
    return {checked.job.value, checked.matches.has_value()};
  }
  std::size_t answers() {
    const std::lock_guard lock(mutex_);
    return posted_.size();
  }

  std::mutex gate_;
  std::mutex mutex_;
  std::condition_variable posted_one_;
  std::vector<platform::ShardInput> posted_;
  std::size_t taken_ = 0;
  NullLog log_;
  WorkerPool pool_{1};
  ShardJobs jobs_{pool_,
                  [this](platform::ShardIndex, platform::ShardInput input) {
                    const std::lock_guard lock(mutex_);
                    posted_.push_back(std::move(input));
                    posted_one_.notify_one();
                  },
                  log_};
  std::unique_lock<std::mutex> closed_{gate_};  ///< opens before the pool waits for its worker
};

TEST_F(ShardJobsTest, RefusesAPasswordAtTheLimitAndTakesOneAgainLater) {
  for (std::uint64_t job = 1; job <= std::uint64_t{ShardJobs::kMaxPasswordJobs}; ++job) check(job);
  EXPECT_EQ(answers(), 0u);
  check(100);
  EXPECT_EQ(answer(), std::pair(std::uint64_t{100}, false));
  jobs_.hash(3, {.job = platform::JobId{101}, .password = "correct horse"});
  ASSERT_EQ(answers(), 2u);
  EXPECT_EQ(std::get<platform::PasswordHashed>(posted_.at(taken_++)).hash, "");

  closed_.unlock();
  for (std::uint64_t job = 1; job <= ShardJobs::kMaxPasswordJobs; ++job)
    EXPECT_EQ(answer(), std::pair(job, true));
  check(102);
  EXPECT_EQ(answer(), std::pair(std::uint64_t{102}, true)) << "the refused ones hold no place";
}

}  // namespace
}  // namespace parley::server
