#include "codec/opus_packet.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "codec/opus_decoder.hpp"

namespace parley::codec {
namespace {

Bytes packet(std::initializer_list<int> head, std::size_t rest = 0) {
  Bytes bytes;
  for (const int byte : head) bytes.push_back(static_cast<std::uint8_t>(byte));
  bytes.resize(bytes.size() + rest);
  return bytes;
}

constexpr int kCelt20 = 31 << 3;    // full band, 20 ms
constexpr int kSilk60 = 11 << 3;    // wide band, 60 ms
constexpr int kHybrid10 = 12 << 3;  // super-wide band, 10 ms

TEST(OpusPacket, ReadsTheTableOfContents) {
  const auto celt = parse_opus_packet(packet({kCelt20}, 40));
  ASSERT_TRUE(celt);
  EXPECT_EQ(celt->mode, OpusMode::celt);
  EXPECT_EQ(celt->samples(), 960u);
  EXPECT_FALSE(celt->stereo);
  const auto silk = parse_opus_packet(packet({kSilk60 | 4 | 1}, 40));
  ASSERT_TRUE(silk);
  EXPECT_EQ(silk->mode, OpusMode::silk);
  EXPECT_EQ(silk->samples(), 5'760u);
  EXPECT_TRUE(silk->stereo);
  EXPECT_EQ(parse_opus_packet(packet({kHybrid10}, 9))->mode, OpusMode::hybrid);
  EXPECT_EQ(parse_opus_packet(packet({kHybrid10}, 9))->samples(), 480u);
  EXPECT_EQ(parse_opus_packet(packet({16 << 3}, 9))->samples(), 120u);
}

TEST(OpusPacket, RefusesWhatSection34Forbids) {
  EXPECT_FALSE(parse_opus_packet({}));  // R1
  EXPECT_TRUE(parse_opus_packet(packet({kCelt20}, 1'275)));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20}, 1'276)));   // R2
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 1}, 41)));  // R3
  EXPECT_TRUE(parse_opus_packet(packet({kCelt20 | 2, 40}, 40)));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 2, 41}, 40)));  // R4
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 2})));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 2, 252})));
  EXPECT_TRUE(parse_opus_packet(packet({kCelt20 | 2, 252, 1}, 256)));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 3})));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 3, 0}, 40)));  // R5: no frame
  EXPECT_TRUE(parse_opus_packet(packet({kCelt20 | 3, 6}, 60)));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 3, 7}, 70)));  // R5: 140 ms
  EXPECT_TRUE(parse_opus_packet(packet({kSilk60 | 3, 2}, 40)));
  EXPECT_FALSE(parse_opus_packet(packet({kSilk60 | 3, 3}, 60)));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 3, 3}, 40)));         // R6: not equal
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 3, 0x42, 41}, 40)));  // R6: padding
  EXPECT_TRUE(parse_opus_packet(packet({kCelt20 | 3, 0x42, 20}, 40)));
  EXPECT_TRUE(parse_opus_packet(packet({kCelt20 | 3, 0x41, 255, 10}, 264)));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 3, 0x41, 255, 11}, 264)));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 3, 0x41, 255})));
  EXPECT_TRUE(parse_opus_packet(packet({kCelt20 | 3, 0x83, 10, 20}, 40)));  // R7
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 3, 0x83, 10, 31}, 40)));
  EXPECT_FALSE(parse_opus_packet(packet({kCelt20 | 3, 0x82, 0}, 1'276)));
}

// Whatever passes is decoded or concealed without harm; whatever libopus takes, passes.
TEST(OpusPacket, RandomPacketsDoNoHarm) {
  constexpr std::uint64_t kSeed = 20;
  SeededRandom random(kSeed);
  OpusFrameDecoder decoder(48'000);
  std::vector<std::int16_t> out(decoder.max_samples());
  int decoded = 0;
  for (int i = 0; i < 3'000; ++i) {
    Bytes bytes(random.u32() % 100);
    random.fill(bytes);
    const auto parsed = parse_opus_packet(bytes);
    const std::size_t count = decoder.decode(bytes, out);
    EXPECT_EQ(count, parsed ? parsed->samples() : 0) << "seed " << kSeed << ", packet " << i;
    decoded += count != 0;
  }
  EXPECT_GT(decoded, 1'000);
}

}  // namespace
}  // namespace parley::codec
