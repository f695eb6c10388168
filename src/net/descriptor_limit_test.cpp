// A process that may open no more files goes on serving, and takes the next ones when it may.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <memory>

#include "net/http_server.hpp"
#include "net/net_test_support.hpp"

namespace parley::net {
namespace {

/// Leaves the process so many descriptors more than it has, as long as it lives.
class FewDescriptors {
 public:
  explicit FewDescriptors(int more) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = dup(0);
    close(next);
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(next) + static_cast<rlim_t>(more);
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  }
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(DescriptorLimit, WhoIsConnectedIsServedAndTheOthersWaitTheirTurn) {
  constexpr std::size_t kPeers = 20;
  constexpr std::size_t kPlaces = 3;
  EventLoop loop;
  auto server = HttpServer::listen(loop, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
                                   [](HttpRequest&&, const Responder& responder) {
                                     responder.respond({200, {}, "fine"});
                                   });
  ASSERT_TRUE(server.ok());
  std::vector<std::unique_ptr<RawPeer>> peers;
  for (std::size_t i = 0; i < kPeers; ++i)
    peers.push_back(std::make_unique<RawPeer>(loop, server->local()));
  const FewDescriptors few(kPlaces);
  for (const auto& peer : peers) peer->say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(drive(loop, [&] { return server->connections() == kPlaces; }));
  loop.run_until([] { return false; }, std::chrono::milliseconds(300));
  EXPECT_EQ(server->connections(), kPlaces);
  for (std::size_t i = 0; i < kPeers; ++i) {
    EXPECT_TRUE(peers[i]->hear("fine")) << i;
    peers[i]->hang_up();
  }
}

}  // namespace
}  // namespace parley::net
