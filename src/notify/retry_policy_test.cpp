#include "notify/retry_policy.hpp"

#include <gtest/gtest.h>

namespace parley::notify {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void expect_within(bool incoming, std::uint32_t failed, Duration full) {
  SeededRandom random(failed);
  Duration least = full;
  Duration most{};
  for (int i = 0; i < 200; ++i) {
    const Duration delay = retry_delay({}, incoming, failed, random);
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, full / 2) << failed;
  EXPECT_LE(most, full) << failed;
  // The jitter uses the range.
  EXPECT_LT(least, full * 6 / 10) << failed;
  EXPECT_GT(most, full * 9 / 10) << failed;
}

TEST(RetryPolicy, DoublesFromHalfASecondToAMinute) {
  expect_within(false, 1, milliseconds(500));
  expect_within(false, 2, seconds(1));
  expect_within(false, 7, seconds(32));
  expect_within(false, 8, seconds(60));
  expect_within(false, 4'000'000'000, seconds(60));
}

TEST(RetryPolicy, FollowsQuicklyWhileACallComesIn) {
  expect_within(true, 1, milliseconds(250));
  expect_within(true, 4, seconds(2));
  expect_within(true, 100, seconds(2));
}

}  // namespace
}  // namespace parley::notify
