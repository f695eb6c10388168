#include "wire/demux.hpp"

#include <gtest/gtest.h>

namespace parley::wire {
namespace {

DatagramKind kind_of(int first, int second) {
  const Bytes bytes{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second)};
  return demux(bytes);
}

TEST(Demux, FollowsTheRangesOfRfc7983) {
  for (int first = 0; first < 256; ++first) {
    DatagramKind expected = DatagramKind::unknown;
    if (first <= 3) expected = DatagramKind::stun;
    if (first >= 20 && first <= 63) expected = DatagramKind::dtls;
    if (first >= 128 && first <= 191) expected = DatagramKind::rtp;
    EXPECT_EQ(kind_of(first, 111), expected) << first;
  }
}

TEST(Demux, TellsRtcpByItsPacketType) {
  for (int second = 0; second < 256; ++second) {
    const bool rtcp = second >= 192 && second <= 223;
    EXPECT_EQ(kind_of(0x80, second), rtcp ? DatagramKind::rtcp : DatagramKind::rtp) << second;
  }
}

TEST(Demux, KnowsNothingAboutTooShortDatagrams) {
  EXPECT_EQ(demux({}), DatagramKind::unknown);
  const Bytes lone_rtp_byte{0x80};
  EXPECT_EQ(demux(lone_rtp_byte), DatagramKind::unknown);
}

}  // namespace
}  // namespace parley::wire
