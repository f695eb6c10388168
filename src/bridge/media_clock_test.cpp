#include "bridge/media_clock.hpp"

#include <gtest/gtest.h>

namespace parley::bridge {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1h};

TEST(MediaClock, CountsSamplesWithoutOverflowOrDrift) {
  const MediaClock clock(kStart);
  EXPECT_EQ(clock.samples_at(kStart), 0);
  EXPECT_EQ(clock.samples_at(kStart + 20ms), 960);
  EXPECT_EQ(clock.samples_at(kStart + 20ms - 1ns), 959);
  EXPECT_EQ(clock.samples_at(kStart + 24h * 365), 48'000LL * 3'600 * 24 * 365);
  EXPECT_EQ(clock.samples_at(kStart - 1s), 0);
}

TEST(MediaClock, TicksAtAbsoluteDeadlines) {
  MediaClock clock(kStart);
  EXPECT_FALSE(clock.next_tick());
  clock.start_ticking(kStart + 41ms);
  EXPECT_EQ(clock.next_tick(), kStart + 60ms);
  clock.start_ticking(kStart + 99ms);  // it ticks already
  EXPECT_EQ(clock.next_tick(), kStart + 60ms);
  EXPECT_EQ(clock.take_due(kStart + 59ms).count, 0);
  const DueTicks late = clock.take_due(kStart + 71ms);
  EXPECT_EQ(late.first, 3);
  EXPECT_EQ(late.count, 1);
  EXPECT_EQ(late.skipped, 0);
  EXPECT_EQ(clock.next_tick(), kStart + 80ms) << "a late tick moved the next one";
  clock.stop_ticking();
  EXPECT_FALSE(clock.next_tick());
}

TEST(MediaClock, StartsOnTheCommonGrid) {
  for (const Duration late : {Duration(0), Duration(1ns), Duration(5ms - 1ns)})
    EXPECT_EQ(MediaClock(kStart + late).instant_of(1), kStart + 20ms);
  EXPECT_EQ(MediaClock(kStart + 5ms).instant_of(1), kStart + 25ms);
}

TEST(MediaClock, StartsOnATickThatIsNow) {
  MediaClock clock(kStart);
  clock.start_ticking(kStart + 40ms);
  EXPECT_EQ(clock.next_tick(), kStart + 40ms);
}

TEST(MediaClock, CatchesUpThreeTicksAndSkipsTheRest) {
  MediaClock clock(kStart);
  clock.start_ticking(kStart);
  const DueTicks three = clock.take_due(kStart + 40ms);
  EXPECT_EQ(three.first, 0);
  EXPECT_EQ(three.count, 3);
  EXPECT_EQ(three.skipped, 0);
  const DueTicks seven = clock.take_due(kStart + 180ms);  // 3 to 9
  EXPECT_EQ(seven.skipped, 4);
  EXPECT_EQ(seven.first, 7);
  EXPECT_EQ(seven.count, 3);
  EXPECT_EQ(clock.next_tick(), kStart + 200ms);
}

}  // namespace
}  // namespace parley::bridge
