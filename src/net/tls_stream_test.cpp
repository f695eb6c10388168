#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "net/byte_stream.hpp"
#include "net/net_test_support.hpp"
#include "net/tcp_listener.hpp"
#include "net/tls_context.hpp"

namespace parley::net {
namespace {

/// Both ends of one TLS connection over loopback.
class TlsStreamTest : public ::testing::Test {
 protected:
  void connect(const std::string& host = "localhost", const std::string& subject = "leaf",
               const std::string& alt_names = "DNS:localhost") {
    const auto issued = authority_.issue(alt_names, 0, subject);
    const auto server_tls = *ServerTls::load(issued.certificate, issued.key);
    const auto client_tls = *ClientTls::load(authority_.file());
    const TcpListener listener =
        *TcpListener::bind(loop_, *SocketAddress::parse("127.0.0.1:0"), false,
                           [&](TcpSocket socket, const SocketAddress& remote) {
                             server_ = make_tls_stream(std::move(socket), remote, *server_tls);
                           });
    TcpSocket socket(loop_.context().get_executor());
    socket.connect(to_asio(listener.local()));
    client_ = make_tls_stream(std::move(socket), listener.local(), *client_tls, host);
    ASSERT_TRUE(drive(loop_, [&] { return server_ != nullptr; }));
  }
  void shake_hands() {
    auto at_server = start(server_->handshake());
    ASSERT_TRUE(finish(start(client_->handshake())).ok());
    ASSERT_TRUE(finish(at_server).ok());
  }

  using Pending = std::shared_ptr<std::optional<IoResult>>;
  Pending start(Task<IoResult> task) {
    auto pending = std::make_shared<std::optional<IoResult>>();
    spawn(loop_.context(), pending, keep(std::move(task), *pending));
    return pending;
  }
  static Task<void> keep(Task<IoResult> task, std::optional<IoResult>& result) {
    result.emplace(co_await std::move(task));
  }
  IoResult finish(const Pending& pending) {
    EXPECT_TRUE(drive(loop_, [&] { return pending->has_value(); }));
    return pending->value_or(Failure{IoError::cancelled});
  }
  void close(const std::shared_ptr<ByteStream>& stream) {
    spawn(loop_.context(), stream, stream->close());
  }
  /// Exactly so many bytes, or fewer and why.
  std::pair<Bytes, std::optional<IoError>> read(ByteStream& stream, std::size_t size) {
    Bytes all;
    std::array<std::uint8_t, 3'000> buffer;
    while (all.size() < size) {
      const IoResult count = finish(start(stream.read_some(buffer)));
      if (!count) return {all, count.error()};
      all.insert(all.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*count));
    }
    return {all, std::nullopt};
  }

  EventLoop loop_;
  TestAuthority authority_{"Parley Test CA"};
  std::shared_ptr<ByteStream> server_;
  std::shared_ptr<ByteStream> client_;
};

constexpr std::array<std::uint8_t, 5> kHello = {'h', 'e', 'l', 'l', 'o'};

TEST_F(TlsStreamTest, AWriteThatMustWaitArrivesWholeAndReadsGoOnMeanwhile) {
  connect();
  shake_hands();
  Bytes large(8 << 20);
  std::iota(large.begin(), large.end(), std::uint8_t{});
  const Pending written = start(server_->write(large));
  ASSERT_TRUE(finish(start(client_->write(kHello))).ok());
  EXPECT_EQ(read(*server_, kHello.size()).first.size(), kHello.size());
  EXPECT_FALSE(written->has_value()) << "it was to wait for its reader";
  EXPECT_EQ(read(*client_, large.size()).first, large);
  const IoResult whole = finish(written);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(*whole, large.size());
}

TEST_F(TlsStreamTest, TellsAnEndInOrderAsOftenAsItIsAsked) {
  connect();
  shake_hands();
  ASSERT_TRUE(finish(start(server_->write(kHello))).ok());
  close(server_);
  EXPECT_EQ(read(*client_, kHello.size()).first.size(), kHello.size());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(read(*client_, 1).second, IoError::closed);
  EXPECT_FALSE(client_->is_quiet()) << "it must not carry another request";
}

TEST_F(TlsStreamTest, AnEndWithoutGoodByeIsATruncation) {
  connect();
  shake_hands();
  ASSERT_TRUE(finish(start(server_->write(kHello))).ok());
  server_->abort();
  const auto [bytes, error] = read(*client_, kHello.size() + 1);
  EXPECT_EQ(bytes.size(), kHello.size());
  EXPECT_EQ(error, IoError::broken);
}

TEST_F(TlsStreamTest, CloseForgetsWhatThePeerStillSays) {
  connect();
  shake_hands();
  ASSERT_TRUE(finish(start(client_->write(kHello))).ok());
  close(server_);
  EXPECT_EQ(read(*client_, 1).second, IoError::closed);
  ASSERT_TRUE(finish(start(client_->write(kHello))).ok());
  client_->abort();
  const Pending after = start(server_->read_some({}));
  EXPECT_TRUE(drive(loop_, [&] { return after->has_value(); })) << "the server closed as well";
}

TEST_F(TlsStreamTest, AHandshakeThatWaitsCanBeCancelledAndAborted) {
  connect();
  const Pending cancelled = start(server_->handshake());
  loop_.run_until([] { return false; }, std::chrono::milliseconds(1));
  server_->cancel();
  EXPECT_EQ(finish(cancelled).error(), IoError::cancelled);
  const Pending aborted = start(server_->handshake());
  loop_.run_until([] { return false; }, std::chrono::milliseconds(1));
  server_->abort();
  EXPECT_FALSE(finish(aborted).ok());
}

TEST_F(TlsStreamTest, ACommonNameIsNoName) {
  connect("localhost", "localhost", "IP:127.0.0.2");
  const Pending at_server = start(server_->handshake());
  EXPECT_EQ(finish(start(client_->handshake())).error(), IoError::refused);
  EXPECT_FALSE(finish(at_server).ok());
}

}  // namespace
}  // namespace parley::net
