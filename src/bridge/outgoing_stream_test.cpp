#include "bridge/outgoing_stream.hpp"

#include <gtest/gtest.h>

namespace parley::bridge {
namespace {

wire::RtpHeader header(std::uint16_t sequence, std::uint32_t timestamp, std::uint32_t ssrc = 7) {
  return {.payload_type = {111}, .sequence = {sequence}, .timestamp = {timestamp}, .ssrc = {ssrc}};
}

struct OutgoingStreamTest : testing::Test {
  SeededRandom random{1};
  OutgoingStream stream{random, 48'000};
};

TEST_F(OutgoingStreamTest, OwnFramesFollowTheClockAndMarkGaps) {
  const StreamPlace first = stream.place_own(9'600);
  EXPECT_TRUE(first.marker);
  const StreamPlace second = stream.place_own(9'600 + 960);
  EXPECT_FALSE(second.marker);
  EXPECT_EQ(distance(first.timestamp, second.timestamp), 960);
  const StreamPlace later = stream.place_own(9'600 + 48'000);
  EXPECT_TRUE(later.marker);
  EXPECT_EQ(distance(first.timestamp, later.timestamp), 48'000) << "time stood still in silence";
}

TEST_F(OutgoingStreamTest, GoesOnByAnotherClock) {
  for (const std::int64_t ahead : {std::int64_t{480'007}, std::int64_t{-480'007}}) {
    const StreamPlace before = stream.place_own(960'000);
    stream.change_clock(ahead);
    const StreamPlace after = stream.place_own(960'000 + 960 + ahead);
    EXPECT_EQ(distance(before.timestamp, after.timestamp), 960) << ahead;
    EXPECT_FALSE(after.marker);
    stream.change_clock(-ahead);
    stream.place_own(961'920);
  }
}

TEST_F(OutgoingStreamTest, ScalesToTheClockOfG711) {
  OutgoingStream narrow(random, 8'000);
  const StreamPlace first = narrow.place_own(0);
  EXPECT_EQ(distance(first.timestamp, narrow.place_own(960).timestamp), 160);
  EXPECT_FALSE(narrow.place_own(1'920).marker);
}

TEST_F(OutgoingStreamTest, StartsAtARandomTime) {
  OutgoingStream other(random, 48'000);
  EXPECT_NE(stream.place_own(0).timestamp, other.place_own(0).timestamp);
}

TEST_F(OutgoingStreamTest, ForwardedPacketsKeepSpacingLossesAndOrder) {
  const auto first = stream.place_forwarded(480, header(65'534, 0xFFFF'FF00));
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->marker);
  EXPECT_EQ(first->sequence_step, 1);
  const auto after_loss = stream.place_forwarded(5'000, header(1, 0xFFFF'FF00 + 3 * 960));
  ASSERT_TRUE(after_loss);
  EXPECT_FALSE(after_loss->marker);
  EXPECT_EQ(after_loss->sequence_step, 3);
  EXPECT_EQ(distance(first->timestamp, after_loss->timestamp), 3 * 960);
  const auto late = stream.place_forwarded(5'100, header(65'535, 0xFFFF'FF00 + 960));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->sequence_step, -2);
  EXPECT_EQ(distance(first->timestamp, late->timestamp), 960);
}

TEST_F(OutgoingStreamTest, PacketsFromBeforeTheBeginningAreNotSent) {
  ASSERT_TRUE(stream.place_forwarded(0, header(10, 9'600)));
  EXPECT_FALSE(stream.place_forwarded(0, header(9, 8'640)));
  EXPECT_TRUE(stream.place_forwarded(0, header(12, 11'520)));
  EXPECT_TRUE(stream.place_forwarded(0, header(11, 10'560)));
}

TEST_F(OutgoingStreamTest, AnotherSourceOrAJumpBeginsAnewAtTheClock) {
  const auto first = stream.place_forwarded(0, header(10, 1'000));
  const auto other = stream.place_forwarded(48'000, header(11, 1'960, 8));
  ASSERT_TRUE(first && other);
  EXPECT_TRUE(other->marker);
  EXPECT_EQ(distance(first->timestamp, other->timestamp), 48'000);
  const auto jumped = stream.place_forwarded(96'000, header(12, 1'960 + 11 * 48'000, 8));
  ASSERT_TRUE(jumped);
  EXPECT_TRUE(jumped->marker);
  EXPECT_EQ(jumped->sequence_step, 1);
  EXPECT_EQ(distance(other->timestamp, jumped->timestamp), 48'000);
  const auto restarted = stream.place_forwarded(97'000, header(12 + 513, 1'960 + 11 * 48'000, 8));
  ASSERT_TRUE(restarted);
  EXPECT_EQ(restarted->sequence_step, 1);
}

TEST_F(OutgoingStreamTest, AfterMuteTheMissingIsNoLoss) {
  ASSERT_TRUE(stream.place_forwarded(0, header(10, 0)));
  stream.forget_source();
  const auto after = stream.place_forwarded(96'000, header(110, 96'000));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->sequence_step, 1);
}

TEST_F(OutgoingStreamTest, TimeNeverGoesBackWhenASourceRunsFasterThanOurClock) {
  wire::RtpTimestamp last{};
  for (std::uint16_t i = 0; i < 100; ++i) {  // 1 % fast
    const auto place = stream.place_forwarded(i * 950, header(i, i * 960u));
    ASSERT_TRUE(place);
    last = place->timestamp;
  }
  const StreamPlace own = stream.place_own(100 * 950);
  EXPECT_EQ(distance(last, own.timestamp), 960);
  EXPECT_TRUE(own.marker);
  const StreamPlace next = stream.place_own(100 * 950 + 960);
  EXPECT_EQ(distance(own.timestamp, next.timestamp), 960);
  EXPECT_FALSE(next.marker) << "the stream stays ahead";
}

TEST_F(OutgoingStreamTest, FollowsASlowerRunningSourceWithoutAHole) {
  const auto forward = [this](std::uint16_t i) {  // 1 % slow: two frames behind at the end
    return stream.place_forwarded(i * 970, header(i, i * 960u));
  };
  wire::RtpTimestamp last{};
  for (std::uint16_t i = 0; i < 200; ++i) last = forward(i)->timestamp;
  const StreamPlace own = stream.place_own(200 * 970);
  EXPECT_EQ(distance(last, own.timestamp), 960);
  EXPECT_EQ(distance(own.timestamp, stream.place_own(201 * 970).timestamp), 970);
}

TEST_F(OutgoingStreamTest, TimeRunsOnBehindASourceThatPaused) {
  const auto last = stream.place_forwarded(0, header(1, 0));
  EXPECT_EQ(distance(last->timestamp, stream.place_own(48'000).timestamp), 48'000);
}

}  // namespace
}  // namespace parley::bridge
