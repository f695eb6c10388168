#include "proto/rtp/receive_statistics.hpp"

#include <gtest/gtest.h>

namespace parley::rtp {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr wire::Ssrc kSource{77};

Now at(Duration since_start) {
  return {Instant{} + since_start, UtcTime{std::chrono::floor<milliseconds>(since_start)}};
}

/// Sequence n of a 20 ms audio stream.
wire::RtpHeader header(std::uint32_t n) {
  return {.marker = false,
          .payload_type = {111},
          .sequence = {static_cast<std::uint16_t>(n)},
          .timestamp = {n * 960},
          .ssrc = kSource};
}

class Statistics : public testing::Test {
 protected:
  void receive(std::uint32_t n, Duration late = {}) {
    statistics.packet_received(at(n * milliseconds(20) + late), header(n));
  }
  wire::ReportBlock block() { return statistics.take_report_block(at(seconds(100))).value(); }

  ReceiveStatistics statistics{kSource, 48'000};
};

TEST_F(Statistics, SayNothingBeforeTheFirstPacket) {
  EXPECT_EQ(statistics.take_report_block(at({})), std::nullopt);
}

TEST_F(Statistics, CountLossSinceTheLastReport) {
  for (std::uint32_t n = 0; n < 100; ++n)
    if (n % 4 != 1) receive(n);
  EXPECT_EQ(block().cumulative_lost, 25);
  EXPECT_EQ(block().fraction_lost, 0) << "nothing was expected since the block before";
  for (std::uint32_t n = 100; n < 200; ++n)
    if (n % 2 == 1) receive(n);
  const wire::ReportBlock second = block();
  EXPECT_EQ(second.fraction_lost, 128);
  EXPECT_EQ(second.cumulative_lost, 75);
  EXPECT_EQ(second.source, kSource);
  EXPECT_EQ(second.highest_sequence, 199u);
}

TEST_F(Statistics, ExtendTheSequenceThroughItsWraps) {
  for (std::uint32_t n = 65'000; n < 65'000 + 140'000; ++n) receive(n);
  EXPECT_EQ(block().highest_sequence, 65'000u + 139'999u);
  EXPECT_EQ(block().cumulative_lost, 0);
}

TEST_F(Statistics, DuplicatesMakeTheLossNegativeAndTheFractionZero) {
  for (std::uint32_t n = 0; n < 10; ++n) {
    receive(n);
    receive(n);
  }
  const wire::ReportBlock result = block();
  EXPECT_EQ(result.cumulative_lost, -10);
  EXPECT_EQ(result.fraction_lost, 0);
}

TEST_F(Statistics, ReorderedPacketsAreNotLost) {
  for (const std::uint32_t n : {0u, 2u, 1u, 4u, 3u, 5u}) receive(n);
  EXPECT_EQ(block().cumulative_lost, 0);
  EXPECT_EQ(block().highest_sequence, 5u);
}

TEST_F(Statistics, StartAnewAfterAConfirmedJump) {
  for (std::uint32_t n = 0; n < 10; ++n) receive(n);
  receive(30'000);
  EXPECT_EQ(statistics.received(), 10u) << "one packet proves nothing";
  for (std::uint32_t n = 30'001; n < 30'010; ++n) receive(n);
  EXPECT_EQ(statistics.cumulative_lost(), 0);
  EXPECT_EQ(statistics.received(), 9u);
}

TEST_F(Statistics, JitterSettlesAtTheMeanDifference) {
  // Every second packet is 5 ms late: |D| is 5 ms each time, 240 units.
  for (std::uint32_t n = 0; n < 500; ++n) receive(n, n % 2 == 1 ? milliseconds(5) : Duration{});
  EXPECT_NEAR(statistics.jitter(), 240, 2);
  for (std::uint32_t n = 500; n < 1000; ++n) receive(n);
  EXPECT_LE(statistics.jitter(), 1u);
}

TEST_F(Statistics, AnswerTheLastSenderReport) {
  receive(0);
  EXPECT_EQ(statistics.take_report_block(at(seconds(1)))->last_sr, 0u);
  EXPECT_EQ(statistics.take_report_block(at(seconds(1)))->delay_since_last_sr, 0u);
  const Now sent = at(seconds(10));
  statistics.sender_report_received(at(seconds(10) + milliseconds(40)), wire::to_ntp(sent.utc));
  const Now reported = at(seconds(12) + milliseconds(40));
  const wire::ReportBlock result = *statistics.take_report_block(reported);
  EXPECT_EQ(result.last_sr, wire::ntp_middle(wire::to_ntp(sent.utc)));
  EXPECT_EQ(result.delay_since_last_sr, 2u << 16);
  // 40 ms there, 40 ms back.
  const auto trip = wire::round_trip_time(result, at(seconds(12) + milliseconds(80)).utc);
  ASSERT_TRUE(trip);
  EXPECT_NEAR(static_cast<double>(trip->count()), 80e6, 1e6);
}

}  // namespace
}  // namespace parley::rtp
