#include "wire/rtcp.hpp"

#include <gtest/gtest.h>

namespace parley::wire {
namespace {

using namespace std::chrono_literals;
using Packets = std::vector<RtcpPacket>;

constexpr ReportBlock kBlock{.source = {0xA},
                             .fraction_lost = 3,
                             .cumulative_lost = -5,
                             .highest_sequence = 0x10002,
                             .jitter = 40,
                             .last_sr = 0x12345678,
                             .delay_since_last_sr = 65536};

SenderReport sender_report() {
  return {.sender = {1},
          .ntp = 0x83AA7E8000000000,
          .timestamp = {960},
          .packets = 7,
          .octets = 70,
          .blocks = {kBlock}};
}

Packets every_kind() {
  return {sender_report(),
          ReceiverReport{.sender = {2}, .blocks = {kBlock, kBlock}},
          SourceDescription{{{{1}, "me@host"}, {{2}, ""}, {{3}, "abc"}}},
          GenericNack{{1}, {2}, {{5}, {6}, {21}, {22}, {65535}, {0}, {15}}},
          PictureLossIndication{{1}, {2}},
          FullIntraRequest{{1}, {{{2}, 7}, {{3}, 8}}},
          UnknownRtcp{206, 15, Bytes(16, 0x55)},
          Goodbye{{{1}, {2}}, "done"}};
}

std::optional<Packets> parse_hex(const std::string& hex, RtcpForm form = RtcpForm::reduced_size) {
  return parse_rtcp(from_hex(hex).value(), form);
}

TEST(Rtcp, RoundTripsEveryKindInACompound) {
  const Packets packets = every_kind();
  const Bytes bytes = write_rtcp(packets);
  EXPECT_EQ(parse_rtcp(bytes, RtcpForm::compound), packets);
  for (const RtcpPacket& packet : packets)
    EXPECT_EQ(parse_rtcp(write_rtcp({&packet, 1})), Packets{packet});
}

TEST(Rtcp, WritesTheLayoutOfTheStandards) {
  const auto hex = [](const RtcpPacket& packet) {
    return to_hex(write_rtcp({&packet, 1}));
  };
  EXPECT_EQ(hex(sender_report()),
            "81c8000c"
            "00000001"
            "83aa7e8000000000"
            "000003c0"
            "00000007"
            "00000046"
            "0000000a"
            "03fffffb"
            "00010002"
            "00000028"
            "12345678"
            "00010000");
  EXPECT_EQ(hex(SourceDescription{{{{1}, "ab"}}}),
            "81ca0003"
            "00000001"
            "01026162"
            "00000000");
  EXPECT_EQ(hex(SourceDescription{{{{1}, "abc"}}}),
            "81ca0003"
            "00000001"
            "01036162"
            "63000000");
  EXPECT_EQ(hex(Goodbye{{{1}}, "bye"}),
            "81cb0002"
            "00000001"
            "03627965");
  EXPECT_EQ(hex(GenericNack{{1}, {2}, {{5}, {6}, {21}, {22}}}),
            "81cd0004"
            "00000001"
            "00000002"
            "00058001"
            "00160000");
  EXPECT_EQ(hex(PictureLossIndication{{1}, {2}}),
            "81ce0002"
            "00000001"
            "00000002");
  EXPECT_EQ(hex(FullIntraRequest{{1}, {{{2}, 7}}}),
            "84ce0004"
            "00000001"
            "00000000"
            "00000002"
            "07000000");
}

TEST(Rtcp, UnfoldsANackAcrossTheWrap) {
  const auto packets = parse_hex(
      "81cd0003"
      "00000001"
      "00000002"
      "fffe8005");
  ASSERT_TRUE(packets);
  EXPECT_EQ(std::get<GenericNack>(packets->front()).lost,
            (std::vector<SequenceNumber>{{0xFFFE}, {0xFFFF}, {1}, {14}}));
}

TEST(Rtcp, KeepsTheOrderOfANackThatJumpsBack) {
  const Packets packets{GenericNack{{1}, {2}, {{5}, {7}, {6}, {6}, {4}}}};
  EXPECT_EQ(parse_rtcp(write_rtcp(packets)), packets);
}

TEST(Rtcp, SkipsOtherItemsOfADescription) {
  // NAME "x", CNAME "ab", CNAME "zz", and a spare word.
  const auto packets = parse_hex(
      "81ca0005"
      "00000001"
      "02017801"
      "02616201"
      "027a7a00"
      "00000000");
  EXPECT_EQ(packets, (Packets{SourceDescription{{{{1}, "ab"}}}}));
}

TEST(Rtcp, ACompoundBeginsWithAReportWithoutPadding) {
  const std::string report =
      "80c90001"
      "00000001";
  EXPECT_TRUE(parse_hex(report, RtcpForm::compound));
  EXPECT_FALSE(
      parse_hex("81ce0002"
                "00000001"
                "00000002",
                RtcpForm::compound));
  EXPECT_TRUE(
      parse_hex("81ce0002"
                "00000001"
                "00000002",
                RtcpForm::reduced_size));
  const std::string padded_report =
      "a0c90002"
      "00000001"
      "00000004";
  EXPECT_FALSE(parse_hex(padded_report, RtcpForm::compound));
  EXPECT_TRUE(parse_hex(padded_report, RtcpForm::reduced_size));
}

TEST(Rtcp, PaddingStandsOnlyAtTheEndAndTellsTheTruth) {
  const std::string report =
      "80c90001"
      "00000001";
  EXPECT_EQ(parse_hex(report + "a1ce0003"
                               "00000001"
                               "00000002"
                               "00000004"),
            (Packets{ReceiverReport{{1}, {}}, PictureLossIndication{{1}, {2}}}));
  EXPECT_FALSE(
      parse_hex("a0c90002"
                "00000001"
                "00000004" +
                report));
  for (const char* last : {"00000000", "00000003", "00000010", "000000fc"})
    EXPECT_FALSE(
        parse_hex("a0c90002"
                  "00000001" +
                  std::string(last)))
        << last;
  EXPECT_FALSE(parse_hex("a0c90000"));
}

TEST(Rtcp, RefusesEveryTruncation) {
  for (const RtcpPacket& packet : every_kind()) {
    const Bytes bytes = write_rtcp({&packet, 1});
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(parse_rtcp(ByteView(bytes).first(size))) << packet.index() << ' ' << size;
  }
}

TEST(Rtcp, RefusesCountsAndLengthsThatLie) {
  EXPECT_FALSE(
      parse_hex("82c90001"
                "00000001"));  // two blocks that aren't there
  EXPECT_FALSE(
      parse_hex("9fca0002"
                "00000001"
                "00000000"));  // thirty-one chunks
  EXPECT_FALSE(
      parse_hex("81ca0002"
                "00000001"
                "01ff6161"));  // an item past the end
  EXPECT_FALSE(
      parse_hex("81ca0002"
                "00000001"
                "01026161"));  // no null at the end
  EXPECT_FALSE(
      parse_hex("82cb0001"
                "00000001"));  // two sources
  EXPECT_FALSE(
      parse_hex("81cb0002"
                "00000001"
                "04627965"));  // a reason past the end
  EXPECT_FALSE(
      parse_hex("81cd0002"
                "00000001"
                "00000002"));  // a NACK of nothing
  EXPECT_FALSE(
      parse_hex("81ce0003"
                "00000001"
                "00000002"
                "00000003"));  // a PLI with something
  EXPECT_FALSE(
      parse_hex("84ce0003"
                "00000001"
                "00000000"
                "00000002"));  // half an entry
  EXPECT_FALSE(
      parse_hex("84ce0002"
                "00000001"
                "00000000"));  // a FIR for nobody
  EXPECT_FALSE(
      parse_hex("80c9ffff"
                "00000001"));  // a length past the end
  EXPECT_FALSE(
      parse_hex("40c90001"
                "00000001"));  // version 1
  EXPECT_FALSE(
      parse_hex("80c90001"
                "00000001"
                "80"));  // a tail
}

TEST(Rtcp, RefusesMoreThanTheLargestDatagram) {
  const auto of_size = [](std::size_t size) {
    return write_rtcp(Packets{UnknownRtcp{204, 0, Bytes(size - 4)}});
  };
  EXPECT_TRUE(parse_rtcp(of_size(kMaxRtcpSize)));
  EXPECT_FALSE(parse_rtcp(of_size(kMaxRtcpSize + 4)));
}

TEST(Rtcp, SkipsAProfilesExtensionOfAReport) {
  EXPECT_EQ(parse_hex("80c90002"
                      "00000001"
                      "deadbeef"),
            (Packets{ReceiverReport{{1}, {}}}));
}

TEST(Ntp, CountsFrom1900) {
  EXPECT_EQ(to_ntp(UtcTime{}), 0x83AA7E8000000000u);
  EXPECT_EQ(to_ntp(UtcTime{500ms}), 0x83AA7E8080000000u);
  EXPECT_EQ(ntp_middle(0x1122334455667788u), 0x33445566u);
}

TEST(Ntp, MeasuresDelaysInUnitsOf65536) {
  EXPECT_EQ(to_ntp_delay(1s), 65536u);
  EXPECT_EQ(to_ntp_delay(-1s), 0u);
  EXPECT_EQ(to_ntp_delay(24h * 30), 65535u << 16);
}

TEST(Ntp, GivesTheRoundTrip) {
  const UtcTime sent{1'700'000'000'250ms};
  ReportBlock block;
  block.last_sr = ntp_middle(to_ntp(sent));
  block.delay_since_last_sr = to_ntp_delay(100ms);
  const auto rtt = round_trip_time(block, sent + 140ms);
  ASSERT_TRUE(rtt);
  EXPECT_NEAR(static_cast<double>(rtt->count()), 40e6, 40e3);
  block.delay_since_last_sr = to_ntp_delay(200ms);
  EXPECT_FALSE(round_trip_time(block, sent + 140ms)) << "the peer held it longer than it took";
  EXPECT_FALSE(round_trip_time({}, sent));
}

}  // namespace
}  // namespace parley::wire
