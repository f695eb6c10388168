#include "platform/media_demux.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace parley::platform {
namespace {

constexpr std::uint8_t kDtls[] = {22, 254, 253};
const SocketAddress kLocal = *SocketAddress::parse("192.0.2.1:3478");

SocketAddress remote(std::size_t port) {
  return {*IpAddress::parse("198.51.100.7"), static_cast<std::uint16_t>(port)};
}

TEST(MediaDemux, ForgetsAConversationsOldestPairBeyondTheLimit) {
  SeededRandom random{1};
  const ConversationId one{Uuid::random(random)};
  const ConversationId other{Uuid::random(random)};
  MediaDemux demux;
  demux.learn(kLocal, remote(9), other);
  for (std::size_t i = 0; i < MediaDemux::kMaxPairs; ++i)
    demux.learn(kLocal, remote(1000 + i), one);
  EXPECT_EQ(demux.find(kLocal, remote(1000), kDtls), one);
  demux.learn(kLocal, remote(2000), one);
  EXPECT_EQ(demux.find(kLocal, remote(1000), kDtls), std::nullopt);
  EXPECT_EQ(demux.find(kLocal, remote(1001), kDtls), one);
  EXPECT_EQ(demux.find(kLocal, remote(2000), kDtls), one);
  EXPECT_EQ(demux.find(kLocal, remote(9), kDtls), other) << "the others' are theirs";
}

TEST(MediaDemux, APairStaysWithItsConversationUntilThatIsRemoved) {
  SeededRandom random{1};
  const ConversationId one{Uuid::random(random)};
  const ConversationId other{Uuid::random(random)};
  MediaDemux demux;
  demux.learn(kLocal, remote(1), one);
  demux.learn(kLocal, remote(1), other);
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), one);
  demux.remove(one);
  EXPECT_EQ(demux.find(kLocal, remote(1), kDtls), std::nullopt);
}

}  // namespace
}  // namespace parley::platform
