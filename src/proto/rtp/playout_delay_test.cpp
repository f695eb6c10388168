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
  delay.restart();
  EXPECT_EQ(delay.due(), DelayCorrection::none);
  EXPECT_EQ(judged(delay, milliseconds(70), Instant{} + milliseconds(2040)), DelayCorrection::none);
}

}  // namespace
}  // namespace parley::rtp
