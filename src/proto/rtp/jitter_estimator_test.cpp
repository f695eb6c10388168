#include "proto/rtp/jitter_estimator.hpp"

#include <gtest/gtest.h>

namespace parley::rtp {
namespace {

using std::chrono::milliseconds;

/// One second of packets, each waiting as `wait_of` says.
template <class WaitOf>
void second(JitterEstimator& estimator, int number, WaitOf wait_of) {
  for (int i = 0; i < 50; ++i)
    estimator.observe(Instant{} + number * std::chrono::seconds(1) + i * milliseconds(20),
                      wait_of(i));
}

const auto kCalm = [](int i) {
  return milliseconds(60 - i % 3);
};
/// 100 ms between the fastest and the slowest.
const auto kRough = [](int i) {
  return milliseconds(60 - i % 5 * 25);
};
/// The network held half a second back, once.
const auto kStall = [](int i) {
  return milliseconds(i < 25 ? 60 - 20 * (25 - i) : 60);
};

TEST(JitterEstimator, KeepsTheLeastInACalmNetwork) {
  JitterEstimator estimator({});
  for (int i = 0; i < 10; ++i) second(estimator, i, kCalm);
  EXPECT_EQ(estimator.target(), milliseconds(60));
}

TEST(JitterEstimator, FollowsJitterThatStaysAndItsEnd) {
  JitterEstimator estimator({});
  second(estimator, 0, kCalm);
  for (int i = 1; i < 3; ++i) second(estimator, i, kRough);
  second(estimator, 3, kCalm);
  EXPECT_EQ(estimator.target(), milliseconds(130));
  for (int i = 4; i < 6; ++i) second(estimator, i, kCalm);
  EXPECT_EQ(estimator.target(), milliseconds(60));
}

TEST(JitterEstimator, IsNotMovedByOneStallNorByOneSlowPacketASecond) {
  JitterEstimator estimator({});
  for (int i = 0; i < 9; ++i) {
    second(estimator, i,
           [i](int k) { return i == 4 ? kStall(k) : milliseconds(k == 7 ? -150 : 60); });
    EXPECT_EQ(estimator.target(), milliseconds(60)) << i;
  }
}

TEST(JitterEstimator, IsBounded) {
  JitterEstimator estimator({});
  for (int i = 0; i < 4; ++i)
    second(estimator, i, [](int k) { return milliseconds(60 - k % 10 * 100); });
  EXPECT_EQ(estimator.target(), milliseconds(200));
}

TEST(JitterEstimator, LearnsNothingFromAPause) {
  JitterEstimator estimator({});
  for (int i = 0; i < 6; ++i)
    for (int k = 0; k < 9; ++k)
      estimator.observe(Instant{} + std::chrono::seconds(i) + k * milliseconds(100),
                        milliseconds(k % 2 * 150));
  EXPECT_EQ(estimator.target(), milliseconds(60));
}

TEST(JitterEstimator, DoesNotCompareAcrossARestart) {
  JitterEstimator estimator({});
  for (int i = 0; i < 6; ++i) {
    second(estimator, i, [&](int k) {
      if (k == 25) estimator.restart();
      return milliseconds(k < 25 ? 60 : 200);
    });
  }
  EXPECT_EQ(estimator.target(), milliseconds(60));
}

}  // namespace
}  // namespace parley::rtp
