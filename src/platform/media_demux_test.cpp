#include "platform/media_demux.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace parley::platform {
namespace {

constexpr std::uint8_t kDtls[] = {22, 254, 253};
const SocketAddress kLocal = *SocketAddress::parse("192.0.2.1:3478");

bool always(ConversationId) {
  return true;
}
bool never(ConversationId) {
  return false;
}

SocketAddress remote(std::size_t port) {
  return {*IpAddress::parse("198.51.100.7"), static_cast<std::uint16_t>(port)};
}

TEST(MediaDemux, ForgetsAConversationsOldestPairBeyondTheLimit) {
  SeededRandom random{1};
  const ConversationId one{Uuid::random(random)};
  const ConversationId other{Uuid::random(random)};
  MediaDemux demux;
  demux.learn(kLocal, remote(9), other, always);
  for (std::size_t i = 0; i < MediaDemux::kMaxPairs; ++i)
    demux.learn(kLocal, remote(1000 + i), one, always);
  EXPECT_EQ(demux.find(kLocal, remote(1000), kDtls), one);
  demux.learn(kLocal, remote(2000), one, always);
  EXPECT_EQ(demux.find(kLocal, remote(1000), kDtls), std::nullopt);
  EXPECT_EQ(demux.find(kLocal, remote(1001), kDtls), one);
  EXPECT_EQ(demux.find(kLocal, remote(2000), kDtls), one);
  EXPECT_EQ(demux.find(kLocal, remote(9), kDtls), other) << "the others' are theirs";
}

TEST(MediaDemux, ALegThatIsMovedTakesItsNameAndItsPairs) {
  SeededRandom random{1};
  const ConversationId giver{Uuid::random(random)};
  const ConversationId taker{Uuid::random(random)};
  MediaDemux demux;
  demux.set_ufrags(giver, {"its", "other"});
  for (const std::size_t port : {1u, 2u, 3u, 4u}) demux.learn(kLocal, remote(port), giver, always);
  demux.move_leg(giver, taker, "its",
                 [](const SocketAddress&, const SocketAddress& from) { return from.port <= 2; });
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), taker);
  EXPECT_EQ(demux.find(kLocal, remote(2), kDtls), taker);
  EXPECT_EQ(demux.find(kLocal, remote(3), kDtls), giver);
  demux.remove(giver);
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), taker) << "the taker's are its own";
  EXPECT_EQ(demux.find(kLocal, remote(4), kDtls), std::nullopt);
  demux.learn(kLocal, remote(9), taker, always);
  demux.remove(taker);
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), std::nullopt);
}

TEST(MediaDemux, APairStaysWithItsConversationWhileThatListensToIt) {
  SeededRandom random{1};
  const ConversationId one{Uuid::random(random)};
  const ConversationId other{Uuid::random(random)};
  MediaDemux demux;
  demux.learn(kLocal, remote(1), one, always);
  demux.learn(kLocal, remote(1), other, [&](ConversationId holder) {
    EXPECT_EQ(holder, one);
    return true;
  });
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), one);
  demux.remove(one);
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), std::nullopt);
}

TEST(MediaDemux, APairThatItsConversationForgotIsTheNextOnes) {
  SeededRandom random{1};
  const ConversationId one{Uuid::random(random)};
  const ConversationId other{Uuid::random(random)};
  MediaDemux demux;
  demux.learn(kLocal, remote(1), one, always);
  demux.learn(kLocal, remote(1), other, never);
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), other);
  demux.remove(one);
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), other) << "it was no more the first one's";
  demux.learn(kLocal, remote(1), other, never);
  demux.remove(other);
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), std::nullopt);
}

}  // namespace
}  // namespace parley::platform
