#include "net/read_pace.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using namespace std::chrono_literals;

/// One datagram every `spacing` for 100 ms, from `now` on.
void read_steadily(ReadPace& pace, Instant& now, Duration spacing) {
  for (const Instant end = now + 100ms; now < end; now += spacing) pace.note(now, 1);
}

TEST(ReadPace, IsBusyWhileManyComeAndNoLonger) {
  ReadPace pace;
  Instant now{1h};
  read_steadily(pace, now, 1ms);
  EXPECT_FALSE(pace.is_busy());
  read_steadily(pace, now, 250us);
  EXPECT_TRUE(pace.is_busy());
  read_steadily(pace, now, 5ms);
  EXPECT_FALSE(pace.is_busy());
}

TEST(ReadPace, ABurstLongAgoIsNoPace) {
  ReadPace pace;
  Instant now{1h};
  pace.note(now, 64);
  now += 1s;
  pace.note(now, 1);
  EXPECT_FALSE(pace.is_busy());
}

TEST(ReadPace, EmptyReadsEndIt) {
  ReadPace pace;
  Instant now{1h};
  read_steadily(pace, now, 100us);
  ASSERT_TRUE(pace.is_busy());
  for (int i = 0; i < 21; ++i) pace.note(now += 1ms, -1);
  EXPECT_FALSE(pace.is_busy());
}

}  // namespace
}  // namespace parley::net
