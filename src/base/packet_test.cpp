#include "base/packet.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(PacketPool, ReusesTheBufferOfAFinishedPacket) {
  PacketPool pool;
  const std::uint8_t* first = nullptr;
  {
    Packet packet = pool.copy_of(as_bytes("abc"));
    first = packet.view().data();
    EXPECT_EQ(as_text(packet.view()), "abc");
  }
  EXPECT_EQ(pool.allocate().buffer().data(), first);
}

TEST(Packet, MovingLeavesNothingBehind) {
  PacketPool pool;
  Packet a = pool.copy_of(as_bytes("abc"));
  Packet b = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): what is promised
  b = pool.copy_of(as_bytes("de"));
  EXPECT_EQ(b.size(), 2u);
}

}  // namespace
}  // namespace parley
