#include "platform/ride_along.hpp"

#include <gtest/gtest.h>

namespace parley::platform {
namespace {

using namespace std::chrono_literals;

TEST(RideAlong, WaitsForARideUntilItsPatienceIsOver) {
  RideAlong<int> rows(1s, 2);
  Now now{Instant{5s}, {}};
  EXPECT_FALSE(rows.due());
  rows.add(now, 1);
  now.monotonic += 500ms;
  rows.add(now, 2);
  EXPECT_EQ(rows.due(), Instant{6s});
  EXPECT_EQ(rows.take(), (std::vector{1, 2}));
  EXPECT_FALSE(rows.due());
  EXPECT_TRUE(rows.take().empty());
}

TEST(RideAlong, IsFullUntilItsRowsAreTaken) {
  RideAlong<int> rows(1s, 2);
  rows.add({}, 1);
  EXPECT_FALSE(rows.is_full());
  rows.add({}, 2);
  EXPECT_TRUE(rows.is_full());
  rows.take();
  EXPECT_FALSE(rows.is_full());
}

}  // namespace
}  // namespace parley::platform
