#include "proto/rtp/sequence.hpp"

#include <gtest/gtest.h>

namespace parley::rtp {
namespace {

TEST(Sequence, ComparesAcrossTheWrap) {
  EXPECT_TRUE(is_newer<std::uint16_t>(1, 0xFFFF));
  EXPECT_FALSE(is_newer<std::uint16_t>(0xFFFF, 1));
  EXPECT_FALSE(is_newer<std::uint16_t>(7, 7));
  EXPECT_FALSE(is_newer<std::uint16_t>(0x8000, 0)) << "the exact opposite counts as behind";
  EXPECT_TRUE(is_newer<std::uint32_t>(959, 0xFFFFFFFF));
  EXPECT_EQ(signed_distance<std::uint32_t>(0xFFFFFFFF, 1), -2);
}

TEST(Sequence, UnwrapsForwardThroughManyWraps) {
  SequenceUnwrapper unwrapper;
  std::int64_t expected = 65000;
  for (int i = 0; i < 500'000; ++i, expected += 3)
    ASSERT_EQ(unwrapper.unwrap(static_cast<std::uint16_t>(expected)), expected);
}

TEST(Sequence, UnwrapsReorderedNumbersBehindTheNewest) {
  SequenceUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.unwrap(2), 2);
  EXPECT_EQ(unwrapper.unwrap(0xFFFF), -1);
  EXPECT_EQ(unwrapper.unwrap(3), 3);
  TimestampUnwrapper timestamps;
  EXPECT_EQ(timestamps.unwrap(0xFFFFFF00), 0xFFFFFF00);
  EXPECT_EQ(timestamps.unwrap(0x100), 0x100000100);
  EXPECT_EQ(timestamps.unwrap(0xFFFFFF80), 0xFFFFFF80);
}

TEST(Sequence, StartsAgainAfterReset) {
  TimestampUnwrapper unwrapper;
  unwrapper.unwrap(0xFFFFFFFF);
  unwrapper.unwrap(5);
  unwrapper.reset();
  EXPECT_EQ(unwrapper.unwrap(5), 5);
}

TEST(Sequence, UnwrapsNearAReference) {
  EXPECT_EQ(unwrap_near<std::uint16_t>(0, 0x1FFFF), 0x20000);
  EXPECT_EQ(unwrap_near<std::uint16_t>(0xFFFF, 0x20000), 0x1FFFF);
  EXPECT_EQ(unwrap_near<std::uint16_t>(0xFFFE, 0), -2);
}

}  // namespace
}  // namespace parley::rtp
