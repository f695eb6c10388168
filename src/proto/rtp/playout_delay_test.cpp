#include "proto/rtp/playout_delay.hpp"

#include <gtest/gtest.h>

namespace parley::rtp {
namespace {

using std::chrono::milliseconds;

/// What one full window asks for when its fastest packet waited this long and others less.
DelayCorrection judged(PlayoutDelay& delay, Duration fastest, Instant start = {}) {
  for (int i = 0; i <= 101; ++i)
    delay.observe(start + i * milliseconds(20), i == 50 ? fastest : fastest - milliseconds(30));
  return delay.due();
}

TEST(PlayoutDelay, JudgesTheFastestPacketOfAWindow) {
  const std::pair<int, DelayCorrection> cases[] = {
      {49, DelayCorrection::stretch},        {50, DelayCorrection::none},
      {80, DelayCorrection::none},           {81, DelayCorrection::drop_if_quiet},
      {100, DelayCorrection::drop_if_quiet}, {101, DelayCorrection::drop},
      {260, DelayCorrection::drop},          {261, DelayCorrection::jump}};
  for (const auto& [wait, expected] : cases) {
    PlayoutDelay delay({});
    EXPECT_EQ(judged(delay, milliseconds(wait)), expected) << wait;
    EXPECT_EQ(delay.measured(), milliseconds(wait));
    EXPECT_EQ(delay.excess(), milliseconds(wait - 60));
  }
}

TEST(PlayoutDelay, AsksForNothingBeforeAFullWindow) {
  PlayoutDelay delay({});
  for (int i = 0; i < 100; ++i) delay.observe(Instant{} + i * milliseconds(20), milliseconds(500));
  EXPECT_EQ(delay.due(), DelayCorrection::none);
  EXPECT_EQ(delay.measured(), std::nullopt);
}

TEST(PlayoutDelay, LooksAtAFreshWindowAfterACorrection) {
  PlayoutDelay delay({});
  EXPECT_EQ(judged(delay, milliseconds(150)), DelayCorrection::drop);
  delay.corrected(-milliseconds(20));
  EXPECT_EQ(delay.due(), DelayCorrection::none) << "130 ms are still too much, but were not seen";
  EXPECT_EQ(judged(delay, milliseconds(70), Instant{} + milliseconds(2040)), DelayCorrection::none);
}

TEST(PlayoutDelay, StretchesUntilATargetThatRoseIsReached) {
  PlayoutDelay delay({});
  judged(delay, milliseconds(60));
  // Jitter of 100 ms begins: the target becomes 130 ms before the next window of 2 s is over.
  for (int i = 0; delay.due() == DelayCorrection::none; ++i) {
    ASSERT_LT(i, 150);
    delay.observe(Instant{} + milliseconds(2040 + i * 20), milliseconds(60 - i % 5 * 25));
  }
  EXPECT_EQ(delay.due(), DelayCorrection::stretch);
  EXPECT_EQ(delay.excess(), -milliseconds(70));
  for (int frame = 0; frame < 3; ++frame) {
    EXPECT_EQ(delay.due(), DelayCorrection::stretch) << frame;
    delay.corrected(milliseconds(20));
  }
  EXPECT_EQ(delay.due(), DelayCorrection::none) << "10 ms short are near enough";
}

}  // namespace
}  // namespace parley::rtp
