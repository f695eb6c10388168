#include "proto/rtp/sequence.hpp"

#include <gtest/gtest.h>

namespace parley::rtp {
namespace {

TEST(Sequence, MeasuresAcrossTheWrap) {
  EXPECT_EQ(signed_distance<std::uint16_t>(1, 0xFFFF), 2);
  EXPECT_EQ(signed_distance<std::uint16_t>(7, 7), 0);
  EXPECT_LT(signed_distance<std::uint16_t>(0x8000, 0), 0) << "the exact opposite counts as behind";
  EXPECT_EQ(signed_distance<std::uint32_t>(0xFFFFFFFF, 1), -2);
}

TEST(Sequence, UnwrapsNearAReference) {
  EXPECT_EQ(unwrap_near<std::uint16_t>(0, 0x1FFFF), 0x20000);
  EXPECT_EQ(unwrap_near<std::uint16_t>(0xFFFF, 0x20000), 0x1FFFF);
  EXPECT_EQ(unwrap_near<std::uint16_t>(0xFFFE, 0), -2);
}

}  // namespace
}  // namespace parley::rtp
