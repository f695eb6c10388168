#include "proto/rtp/rtcp_session.hpp"

#include <gtest/gtest.h>

namespace parley::rtp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr wire::Ssrc kOurs{1};
constexpr wire::Ssrc kTheirs{2};
const std::string kName(kMaxCname, 'n');

Now at(Duration since_start) {
  const auto utc = std::chrono::floor<milliseconds>(since_start) + seconds(1'700'000'000);
  return {Instant{} + since_start, UtcTime{utc}};
}

wire::RtpHeader header(wire::Ssrc ssrc, std::uint32_t n) {
  return {.marker = false,
          .payload_type = {111},
          .sequence = {static_cast<std::uint16_t>(n)},
          .timestamp = {n * 960},
          .ssrc = ssrc};
}

template <class T>
const T* find(const std::vector<wire::RtcpPacket>& packets) {
  for (const auto& packet : packets)
    if (const T* found = std::get_if<T>(&packet)) return found;
  return nullptr;
}

class Rtcp : public testing::Test {
 protected:
  /// Runs to the next report and parses it.
  std::vector<wire::RtcpPacket> next_report() {
    now = session.next_deadline().value().at - Instant{};
    session.handle_timeout(at(now));
    return last_sent();
  }
  std::vector<wire::RtcpPacket> last_sent() {
    const auto datagram = session.poll_transmit();
    return wire::parse_rtcp(datagram.value(), wire::RtcpForm::compound).value();
  }
  void input(const std::vector<wire::RtcpPacket>& packets) {
    session.handle_input(at(now), wire::write_rtcp(packets));
  }
  template <class T>
  std::optional<T> event() {
    auto next = session.poll_event();
    if (!next || !std::holds_alternative<T>(*next)) return std::nullopt;
    return std::get<T>(*next);
  }

  Duration now{};
  SeededRandom random{3};
  RtcpSession session{at({}), {.local = kOurs, .cname = kName}, random};
};

TEST_F(Rtcp, AnEmptyReceiverReportNamesUs) {
  const auto packets = next_report();
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[0], wire::RtcpPacket(wire::ReceiverReport{kOurs, {}}));
  EXPECT_EQ(packets[1], wire::RtcpPacket(wire::SourceDescription{{{kOurs, kName}}}));
}

TEST_F(Rtcp, ReportsAtRandomIntervalsAroundTheirMean) {
  EXPECT_LE(session.next_deadline()->at, Instant{} + milliseconds(3750));
  next_report();
  Duration last = now;
  Duration shortest = seconds(100);
  Duration longest{};
  for (int i = 0; i < 300; ++i) {
    next_report();
    shortest = std::min(shortest, now - last);
    longest = std::max(longest, now - last);
    last = now;
  }
  EXPECT_GE(shortest, milliseconds(2500));
  EXPECT_LE(shortest, milliseconds(2700));
  EXPECT_GE(longest, milliseconds(7300));
  EXPECT_LE(longest, milliseconds(7500));
  EXPECT_NEAR(static_cast<double>(last.count()) / 300e9, 5.0, 0.3);
}

TEST_F(Rtcp, ASenderReportCountsAndTellsTheTimestampOfItsMoment) {
  for (std::uint32_t n = 0; n < 10; ++n)
    session.packet_sent(at(n * milliseconds(20)), header(kOurs, n), 100, 48'000);
  const auto packets = next_report();
  const auto* report = find<wire::SenderReport>(packets);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->sender, kOurs);
  EXPECT_EQ(report->packets, 10u);
  EXPECT_EQ(report->octets, 1000u);
  EXPECT_EQ(report->ntp, wire::to_ntp(at(now).utc));
  const auto elapsed = std::chrono::duration_cast<milliseconds>(now).count();
  EXPECT_NEAR(static_cast<double>(report->timestamp.value), static_cast<double>(elapsed) * 48, 48);
}

TEST_F(Rtcp, ASenderThatFallsSilentBecomesAReceiver) {
  session.packet_sent(at({}), header(kOurs, 0), 100, 48'000);
  EXPECT_TRUE(find<wire::SenderReport>(next_report()));
  while (now < seconds(25)) next_report();
  EXPECT_TRUE(find<wire::ReceiverReport>(next_report()));
}

TEST_F(Rtcp, ReportsOnSourcesHeardSinceTheLastTime) {
  for (std::uint32_t n = 0; n < 10; ++n)
    if (n != 4) session.packet_received(at(n * milliseconds(20)), header(kTheirs, n), 48'000);
  auto packets = next_report();
  const auto* report = find<wire::ReceiverReport>(packets);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->blocks.size(), 1u);
  EXPECT_EQ(report->blocks[0].source, kTheirs);
  EXPECT_EQ(report->blocks[0].cumulative_lost, 1);
  EXPECT_EQ(report->blocks[0].fraction_lost, 25);
  ASSERT_TRUE(session.statistics_of(kTheirs));
  EXPECT_EQ(session.statistics_of(kTheirs)->received(), 9u);
  packets = next_report();
  EXPECT_TRUE(find<wire::ReceiverReport>(packets)->blocks.empty());
  while (now < seconds(26)) next_report();
  next_report();
  EXPECT_EQ(session.statistics_of(kTheirs), nullptr) << "forgotten";
}

TEST_F(Rtcp, TwoSessionsMeasureTheirRoundTrip) {
  SeededRandom other_random(4);
  RtcpSession other(at({}), {.local = kTheirs, .cname = "other"}, other_random);
  session.packet_sent(at({}), header(kOurs, 0), 100, 48'000);
  other.packet_received(at(milliseconds(30)), header(kOurs, 0), 48'000);
  next_report();
  session.packet_sent(at(now), header(kOurs, 1), 100, 48'000);
  now = session.next_deadline()->at - Instant{};
  session.handle_timeout(at(now));
  other.packet_received(at(now), header(kOurs, 2), 48'000);
  other.handle_input(at(now + milliseconds(30)), session.poll_transmit().value());
  const Duration reported = std::max(now + seconds(1), other.next_deadline()->at - Instant{});
  other.handle_timeout(at(reported));
  session.handle_input(at(reported + milliseconds(30)), other.poll_transmit().value());
  const auto report = event<ReportReceived>();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->block.source, kOurs);
  ASSERT_TRUE(report->round_trip);
  EXPECT_NEAR(static_cast<double>(report->round_trip->count()), 60e6, 2e6);
}

TEST_F(Rtcp, TurnsWhatComesIntoEvents) {
  session.packet_sent(at({}), header(kOurs, 0), 100, 48'000);
  session.packet_received(at({}), header(kTheirs, 0), 48'000);
  input({wire::SenderReport{.sender = kTheirs, .ntp = 5, .timestamp = {6}, .blocks = {}},
         wire::SourceDescription{{{kTheirs, "them"}}},
         wire::GenericNack{kTheirs, kOurs, {{7}, {9}}}, wire::PictureLossIndication{kTheirs, kOurs},
         wire::FullIntraRequest{kTheirs, {{kOurs, 1}}}, wire::Goodbye{{kTheirs}, "enough"}});
  EXPECT_EQ(event<SenderReported>()->timestamp.value, 6u);
  EXPECT_EQ(event<SourceNamed>()->cname, "them");
  EXPECT_EQ(event<PacketsRequested>()->lost, (std::vector<wire::SequenceNumber>{{7}, {9}}));
  EXPECT_EQ(event<PictureRequested>()->media, kOurs);
  EXPECT_EQ(event<PictureRequested>()->media, kOurs);
  EXPECT_EQ(event<SourceLeft>()->reason, "enough");
  EXPECT_EQ(session.statistics_of(kTheirs), nullptr);
}

TEST_F(Rtcp, DropsAndCountsWhatIsMalformedOrNotAboutUs) {
  session.handle_input(at({}), as_bytes("no rtcp at all"));
  EXPECT_EQ(session.stats().malformed, 1u);
  input({wire::PictureLossIndication{kTheirs, {99}}, wire::GenericNack{kTheirs, {99}, {{7}}}});
  EXPECT_EQ(session.stats().foreign, 2u);
  EXPECT_FALSE(session.poll_event());
}

TEST_F(Rtcp, TracksStreamsUpToItsLimit) {
  for (std::uint32_t i = 0; i < 40; ++i) {
    session.packet_received(at({}), header({100 + i}, 0), 48'000);
    session.packet_sent(at({}), header({200 + i}, 0), 100, 48'000);
  }
  EXPECT_EQ(session.stats().untracked, 18u);
  now = session.next_deadline()->at - Instant{};
  session.handle_timeout(at(now));
  std::vector<wire::Ssrc> reported;
  std::size_t blocks = 0;
  while (const auto datagram = session.poll_transmit()) {
    EXPECT_LE(datagram->size(), 1400u) << "fits an Ethernet frame under SRTCP";
    const auto packets = wire::parse_rtcp(*datagram, wire::RtcpForm::compound);
    ASSERT_TRUE(packets);
    for (const auto& packet : *packets) {
      if (const auto* report = std::get_if<wire::SenderReport>(&packet)) {
        reported.push_back(report->sender);
        blocks += report->blocks.size();
      }
    }
  }
  EXPECT_EQ(reported.size(), 31u);
  EXPECT_EQ(blocks, 31u);
}

TEST_F(Rtcp, SaysGoodbyeOnceAndIsSilentAfterIt) {
  session.packet_sent(at({}), header(kOurs, 0), 100, 48'000);
  session.close(at(seconds(1)), "hangup");
  const auto packets = last_sent();
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_TRUE(find<wire::SenderReport>(packets));
  EXPECT_EQ(packets.back(), wire::RtcpPacket(wire::Goodbye{{kOurs}, "hangup"}));
  session.close(at(seconds(1)), "again");
  session.handle_timeout(at(seconds(60)));
  EXPECT_FALSE(session.poll_transmit());
  EXPECT_EQ(session.next_deadline(), std::nullopt);
}

TEST_F(Rtcp, AsksForAPictureBehindAReportAtOnce) {
  session.request_picture(kTheirs);
  const auto packets = last_sent();
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_TRUE(find<wire::ReceiverReport>(packets) && find<wire::SourceDescription>(packets));
  const auto* indication = find<wire::PictureLossIndication>(packets);
  ASSERT_TRUE(indication);
  EXPECT_EQ(*indication, (wire::PictureLossIndication{kOurs, kTheirs}));
  EXPECT_FALSE(session.poll_transmit());
  session.close(at(now), "");
  last_sent();
  session.request_picture(kTheirs);
  EXPECT_FALSE(session.poll_transmit()) << "nothing after the goodbye";
}

}  // namespace
}  // namespace parley::rtp
