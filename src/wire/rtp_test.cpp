#include "wire/rtp.hpp"

#include <gtest/gtest.h>

namespace parley::wire {
namespace {

constexpr RtpHeader kHeader{.marker = true,
                            .payload_type = {111},
                            .sequence = {0xFFFE},
                            .timestamp = {0xDEADBEEF},
                            .ssrc = {0x01020304}};

TEST(Rtp, WritesTheLayoutOfRfc3550) {
  Bytes bytes(kRtpHeaderSize);
  ASSERT_EQ(write_rtp_header(bytes, kHeader), kRtpHeaderSize);
  EXPECT_EQ(to_hex(bytes), "80effffedeadbeef01020304");
}

TEST(Rtp, RoundTripsWithAnExtension) {
  const Bytes elements{0x10, 0x85, 0, 0};
  Bytes bytes(64, 0xAA);
  const std::size_t size = write_rtp_header(bytes, kHeader, RtpExtensionBlock{0xBEDE, elements});
  ASSERT_EQ(size, kRtpHeaderSize + 8);
  const auto packet = parse_rtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header, kHeader);
  ASSERT_TRUE(packet->extension);
  EXPECT_EQ(packet->extension->profile, 0xBEDE);
  EXPECT_EQ(to_bytes(packet->extension->data), elements);
  EXPECT_EQ(packet->header_size, size);
  EXPECT_EQ(packet->payload.size(), 64 - size);
}

TEST(Rtp, WritesNothingIntoTooLittleRoom) {
  Bytes bytes(kRtpHeaderSize + 7);
  EXPECT_EQ(write_rtp_header(MutableByteView(bytes).first(11), kHeader), 0u);
  EXPECT_EQ(write_rtp_header(bytes, kHeader, RtpExtensionBlock{0xBEDE, Bytes(4)}), 0u);
}

TEST(Rtp, ReadsContributingSourcesExtensionAndPadding) {
  const Bytes bytes =
      from_hex("b2e0000100000002000000030000000400000005bede0001100000000102030000000004").value();
  const auto packet = parse_rtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->csrcs.size(), 8u);
  EXPECT_EQ(packet->header_size, 28u);
  EXPECT_EQ(to_hex(packet->payload), "01020300");
  EXPECT_EQ(packet->padding, 4u);
  const auto encrypted = parse_rtp_header(bytes);
  ASSERT_TRUE(encrypted);
  EXPECT_EQ(encrypted->payload.size(), 8u);
}

TEST(Rtp, RefusesEveryTruncationOfTheHeader) {
  const Bytes bytes = from_hex("91e000010000000200000003000000040001000111111111").value();
  ASSERT_TRUE(parse_rtp(bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_rtp(ByteView(bytes).first(size))) << size;
}

TEST(Rtp, RefusesAnotherVersion) {
  for (const char* version : {"00", "40", "c0"})
    EXPECT_FALSE(parse_rtp(from_hex(std::string(version) + "e0000100000002"
                                                           "00000003")
                               .value()));
}

TEST(Rtp, RefusesPaddingThatLies) {
  const std::string header =
      "a0e00001"
      "00000002"
      "00000003";
  EXPECT_TRUE(parse_rtp(from_hex(header + "000002").value()));
  EXPECT_TRUE(parse_rtp(from_hex(header + "000003").value()));
  for (const char* payload : {"", "00", "000004", "0000ff"})
    EXPECT_FALSE(parse_rtp(from_hex(header + payload).value())) << payload;
}

TEST(Rtp, RefusesAnExtensionLongerThanThePacket) {
  EXPECT_FALSE(parse_rtp(from_hex("90e000010000000200000003bedeffff00000000").value()));
}

TEST(Rtp, RewritesTheSendersFieldsOnly) {
  Bytes bytes = from_hex("b1e00001000000020000000300000004bede0000010203000001").value();
  const Bytes before = bytes;
  rewrite_rtp_header(bytes, kHeader);
  const auto packet = parse_rtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header, kHeader);
  EXPECT_EQ(bytes[0], before[0]);
  EXPECT_TRUE(std::equal(bytes.begin() + 12, bytes.end(), before.begin() + 12));
}

TEST(Rtp, MeasuresDistanceAcrossTheWrap) {
  EXPECT_EQ(distance(SequenceNumber{0xFFFF}, SequenceNumber{1}), 2);
  EXPECT_EQ(distance(SequenceNumber{1}, SequenceNumber{0xFFFF}), -2);
  EXPECT_EQ(distance(RtpTimestamp{0xFFFFFFFF}, RtpTimestamp{959}), 960);
  EXPECT_EQ(next(SequenceNumber{0xFFFF}), SequenceNumber{0});
}

}  // namespace
}  // namespace parley::wire
