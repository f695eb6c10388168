#include "net/wake_grid.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using namespace std::chrono_literals;

TEST(WakeGrid, IsNeverEarlyNorAWholeStepLate) {
  for (Instant at{1h}; at < Instant{1h + 10ms}; at += 1us) {
    const Instant wake = wake_for(at);
    ASSERT_GE(wake, at);
    ASSERT_LT(wake - at, kWakeGrid);
    ASSERT_EQ(wake_for(wake), wake);
  }
}

TEST(WakeGrid, ItsPointsAreKept) {
  EXPECT_EQ(wake_for(Instant{1h + 5ms}), Instant{1h + 5ms});
  EXPECT_EQ(wake_for(Instant{1h + 5ms + 1ns}), Instant{1h + 7500us});
}

}  // namespace
}  // namespace parley::net
