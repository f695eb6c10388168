#include "wire/h264_payload.hpp"

#include <gtest/gtest.h>

namespace parley::wire {
namespace {

// Unit headers as encoders write them, NRI 3.
constexpr std::uint8_t kSps = 0x67;
constexpr std::uint8_t kPps = 0x68;
constexpr std::uint8_t kIdr = 0x65;
constexpr std::uint8_t kSlice = 0x61;

Bytes aggregate(const std::vector<Bytes>& units) {
  ByteWriter writer;
  writer.u8(0x78);  // STAP-A
  for (const Bytes& unit : units) {
    writer.u16(static_cast<std::uint16_t>(unit.size()));
    writer.bytes(unit);
  }
  return writer.take();
}

TEST(H264Payload, BeginsWithAParameterSetByItself) {
  EXPECT_TRUE(begins_key_frame(Bytes{kSps, 0x42, 0xE0, 0x1F}));
  EXPECT_FALSE(begins_key_frame(Bytes{kPps, 0xCE}));
  EXPECT_FALSE(begins_key_frame(Bytes{kSlice, 0x9A}));
  EXPECT_FALSE(begins_key_frame(Bytes{kIdr, 0x88})) << "without the sets nobody decodes it";
}

TEST(H264Payload, BeginsWithAnAggregateThatHoldsOne) {
  EXPECT_TRUE(begins_key_frame(aggregate({{kSps, 0x42}, {kPps, 0xCE}})));
  EXPECT_TRUE(begins_key_frame(aggregate({{0x09, 0x10}, {kSps, 0x42}, {kPps}, {kIdr, 1, 2}})));
  EXPECT_FALSE(begins_key_frame(aggregate({{kPps, 0xCE}, {kIdr, 1}})));
  EXPECT_FALSE(begins_key_frame(aggregate({})));
}

TEST(H264Payload, BeginsWithTheFirstPieceOfOneOnly) {
  EXPECT_TRUE(begins_key_frame(Bytes{0x7C, 0x87, 0x42}));
  EXPECT_FALSE(begins_key_frame(Bytes{0x7C, 0x07, 0x42})) << "a middle piece";
  EXPECT_FALSE(begins_key_frame(Bytes{0x7C, 0x47, 0x42})) << "the last piece";
  EXPECT_FALSE(begins_key_frame(Bytes{0x7C, 0x85, 0x88})) << "of an IDR slice";
  EXPECT_FALSE(begins_key_frame(Bytes{0x7C, 0xC7, 0x42})) << "first and last at once";
}

TEST(H264Payload, IsNoBeginningWhenMalformed) {
  EXPECT_FALSE(begins_key_frame({}));
  EXPECT_FALSE(begins_key_frame(Bytes{0xE7, 0x42})) << "the forbidden bit";
  EXPECT_FALSE(begins_key_frame(Bytes{0x7C}));
  EXPECT_FALSE(begins_key_frame(Bytes{0x7C, 0x87})) << "a piece of nothing";
  EXPECT_FALSE(begins_key_frame(aggregate({{kSps, 0x42}, {}})));
  EXPECT_FALSE(begins_key_frame(aggregate({{0xE7, 0x42}})));
  const Bytes whole = aggregate({{kSps, 0x42}, {kPps, 0xCE}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size == 5) continue;  // the first unit alone
    EXPECT_FALSE(begins_key_frame(ByteView(whole).first(size))) << size;
  }
  for (const std::uint8_t other : Bytes{25, 26, 27, 29, 30, 31, 0})  // STAP-B, MTAPs, FU-B, none
    EXPECT_FALSE(begins_key_frame(Bytes{other, 0x87, 0x42})) << int{other};
}

}  // namespace
}  // namespace parley::wire
