#include "server/thread_usage.hpp"

#include <gtest/gtest.h>
#include <time.h>

namespace parley::server {
namespace {

using namespace std::chrono_literals;

/// Works until the thread's own clock has gone on.
void work_for(std::chrono::nanoseconds time) {
  const auto used = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  };
  const auto end = used() + time;
  while (used() < end) {
  }
}

TEST(ThreadUsage, IsTheShareOfTheTimeThatWasWorked) {
  ThreadUsage usage;
  const Instant start{1h};
  EXPECT_EQ(usage.busy_percent(start), 0u);
  work_for(20ms);
  const std::uint32_t a_fifth = usage.busy_percent(start + 100ms);
  EXPECT_GE(a_fifth, 19u);
  work_for(20ms);
  EXPECT_EQ(usage.busy_percent(start + 100ms + 20ms), 100u) << "all of it, and never more";
  EXPECT_EQ(usage.busy_percent(start + 1h), 0u) << "none of an hour";
}

}  // namespace
}  // namespace parley::server
