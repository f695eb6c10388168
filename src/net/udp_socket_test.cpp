#include "net/udp_socket.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "net/event_loop.hpp"
#include "net/sockaddr.hpp"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

struct Received {
  SocketAddress local;
  SocketAddress remote;
  std::string text;
};

class UdpSocketTest : public ::testing::Test {
 protected:
  UdpSocket open(const std::string& address, UdpSocketOptions options = {}) {
    auto bound = UdpSocket::bind(
        loop_, *SocketAddress::parse(address), options, counters_,
        [this](const SocketAddress& local, const SocketAddress& remote, MutableByteView bytes) {
          received_.push_back({local, remote, std::string(as_text(bytes))});
        });
    if (!bound) throw std::runtime_error(bound.error());
    return std::move(*bound);
  }

  Transmit datagram(const SocketAddress& local, const SocketAddress& remote,
                    std::string_view text) {
    return {Transport::udp, local, remote, pool_.copy_of(as_bytes(text))};
  }

  bool run_until_received(std::size_t count) {
    return loop_.run_until([&] { return received_.size() >= count; }, 5s);
  }

  std::uint64_t counted(std::string_view name) { return counters_.counter(name); }

  PacketPool pool_;
  Counters counters_;
  EventLoop loop_;
  std::vector<Received> received_;
};

TEST_F(UdpSocketTest, CarriesDatagramsBothWaysOnBothFamilies) {
  for (const std::string address : {"127.0.0.1:0", "[::1]:0"}) {
    received_.clear();
    UdpSocket a = open(address);
    UdpSocket b = open(address);
    a.send(datagram(a.local(), b.local(), "ping"));
    ASSERT_TRUE(run_until_received(1));
    EXPECT_EQ(received_[0].local, b.local());
    EXPECT_EQ(received_[0].remote, a.local());
    EXPECT_EQ(received_[0].text, "ping");
  }
}

TEST_F(UdpSocketTest, AWildcardSocketAnswersFromTheAddressThatWasAsked) {
  UdpSocket server = open("0.0.0.0:0");
  UdpSocket client = open("127.0.0.1:0");
  const SocketAddress asked{IpAddress::v4(127, 0, 0, 7), server.local().port};
  client.send(datagram(client.local(), asked, "ask"));
  ASSERT_TRUE(run_until_received(1));
  EXPECT_EQ(received_[0].local, asked);
  server.send(datagram(received_[0].local, received_[0].remote, "answer"));
  ASSERT_TRUE(run_until_received(2));
  EXPECT_EQ(received_[1].remote, asked);
}

TEST_F(UdpSocketTest, AWildcardV6SocketLearnsTheDestination) {
  UdpSocket server = open("[::]:0");
  UdpSocket client = open("[::1]:0");
  client.send(datagram(client.local(), {*IpAddress::parse("::1"), server.local().port}, "ask"));
  ASSERT_TRUE(run_until_received(1));
  EXPECT_EQ(received_[0].local.ip.text(), "::1");
  server.send(datagram(received_[0].local, received_[0].remote, "answer"));
  ASSERT_TRUE(run_until_received(2));
}

TEST_F(UdpSocketTest, SendsMoreThanOneBatchInOrder) {
  UdpSocket a = open("127.0.0.1:0");
  UdpSocket b = open("127.0.0.1:0");
  for (int i = 0; i < 200; ++i) a.send(datagram(a.local(), b.local(), std::to_string(i)));
  ASSERT_TRUE(run_until_received(200));
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(received_[static_cast<std::size_t>(i)].text, std::to_string(i));
}

TEST_F(UdpSocketTest, ARefusedDatagramIsCountedAndTheNextOnesLeave) {
  UdpSocket a = open("127.0.0.1:0");
  UdpSocket b = open("127.0.0.1:0");
  // From a loopback source the kernel has no route to this documentation address.
  a.send(datagram(a.local(), *SocketAddress::parse("192.0.2.1:9"), "lost"));
  a.send(datagram(a.local(), b.local(), "kept"));
  ASSERT_TRUE(run_until_received(1));
  EXPECT_EQ(received_[0].text, "kept");
  EXPECT_EQ(counted("udp_datagrams_dropped_total{reason=\"send_failed\"}"), 1u);
}

TEST_F(UdpSocketTest, AnOversizeDatagramIsDroppedAndCounted) {
  UdpSocket b = open("127.0.0.1:0");
  const int raw = socket(AF_INET, SOCK_DGRAM, 0);
  NativeAddress to = to_native(b.local());
  const std::string big(Packet::kCapacity + 1, 'x');
  ASSERT_EQ(sendto(raw, big.data(), big.size(), 0, to.get(), to.size), ssize_t(big.size()));
  ASSERT_EQ(sendto(raw, "ok", 2, 0, to.get(), to.size), 2);
  close(raw);
  ASSERT_TRUE(run_until_received(1));
  EXPECT_EQ(received_[0].text, "ok");
  EXPECT_EQ(counted("udp_datagrams_dropped_total{reason=\"oversize\"}"), 1u);
}

TEST_F(UdpSocketTest, AnErrorNamesTheAddress) {
  const UdpSocket first = open("127.0.0.1:0");
  auto second = UdpSocket::bind(loop_, first.local(), {}, counters_, {});
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().find(first.local().text()), std::string::npos);
}

}  // namespace
}  // namespace parley::net
