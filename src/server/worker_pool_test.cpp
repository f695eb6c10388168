#include "server/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "server/server_test_support.hpp"

namespace parley::server {
namespace {

TEST(WorkerPool, RunsJobsAndRefusesThemAtItsLimit) {
  std::mutex gate;
  std::atomic<int> ran{0};
  std::unique_lock closed(gate);
  WorkerPool pool(1);
  const auto job = [&] {
    const std::lock_guard wait(gate);
    ++ran;
  };
  std::size_t taken = 0;
  while (taken < WorkerPool::kMaxWaiting + 2 && pool.run(job)) ++taken;
  EXPECT_GE(taken, WorkerPool::kMaxWaiting);  // one more when the first job had begun
  EXPECT_LE(taken, WorkerPool::kMaxWaiting + 1);
  closed.unlock();
  EXPECT_TRUE(yield_until([&] { return ran >= int(taken); }));
  EXPECT_EQ(pool.waiting(), 0u);
}

}  // namespace
}  // namespace parley::server
