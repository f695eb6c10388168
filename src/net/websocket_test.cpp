#include "net/websocket.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "net/http_server.hpp"
#include "net/net_test_support.hpp"
#include "net/tls_context.hpp"
#include "net/websocket_client.hpp"
#include "net/websocket_codec.hpp"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

/// One end of a WebSocket and all it was told.
struct End {
  void take(WebSocketPtr given) {
    socket = std::move(given);
    socket->on_message([this](std::string text) { texts.push_back(std::move(text)); });
    socket->on_binary([this](std::string bytes) { binaries.push_back(std::move(bytes)); });
    socket->on_close([this](std::uint16_t given_code, std::string given_reason) {
      ++closes;
      code = given_code;
      reason = std::move(given_reason);
    });
  }

  WebSocketPtr socket;
  std::vector<std::string> texts;
  std::vector<std::string> binaries;
  int closes = 0;
  std::uint16_t code = 0;
  std::string reason;
};

class WebSocketTest : public ::testing::Test {
 protected:
  void serve(std::shared_ptr<ServerTls> tls = nullptr) {
    auto server = HttpServer::listen(loop_, *SocketAddress::parse("127.0.0.1:0"), tls, options_,
                                     [this](HttpRequest&&, Responder responder) {
                                       responder.upgrade({"", [this](WebSocketPtr socket) {
                                                            server_end_.take(socket);
                                                          }});
                                     });
    ASSERT_TRUE(server.ok());
    server_.emplace(std::move(*server));
  }

  std::optional<ClientFailure> connect(const ConnectOptions& connect_options = {},
                                       const char* scheme = "ws") {
    WebSocketRequest request;
    request.url = scheme + ("://" + server_->local().text()) + "/client";
    request.options = client_options_;
    std::optional<ClientFailure> failure;
    bool done = false;
    connect_websocket(loop_, connect_options, request,
                      [&](Result<WebSocketPtr, ClientFailure> outcome) {
                        done = true;
                        if (outcome.ok()) return client_.take(*outcome);
                        failure = outcome.error();
                      });
    EXPECT_TRUE(drive(loop_, [&] { return done; }));
    return failure;
  }

  bool drive_until(const std::function<bool()>& done) { return drive(loop_, done); }

  /// A raw client after a good handshake.
  std::unique_ptr<RawPeer> raw() {
    auto peer = std::make_unique<RawPeer>(loop_, server_->local());
    peer->say(
        "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    EXPECT_TRUE(peer->hear("\r\n\r\n"));
    EXPECT_NE(peer->heard.find("HTTP/1.1 101 "), std::string::npos);
    EXPECT_NE(peer->heard.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
              std::string::npos);
    EXPECT_TRUE(drive(loop_, [&] { return server_end_.socket != nullptr; }));
    peer->heard.clear();
    return peer;
  }

  static std::string frame(WebSocketOpcode opcode, std::string_view payload,
                           std::optional<std::uint32_t> mask) {
    std::string out;
    write_websocket_frame(out, opcode, payload, mask);
    return out;
  }
  static std::string close_frame(std::uint16_t code) {
    return frame(WebSocketOpcode::close, websocket_close_payload(code, ""), std::nullopt);
  }

  EventLoop loop_;
  HttpServerOptions options_;
  WebSocketOptions client_options_;
  End server_end_;
  End client_;
  std::optional<HttpServer> server_;
};

TEST_F(WebSocketTest, CarriesTextAndBytesBothWays) {
  serve();
  ASSERT_FALSE(connect());
  EXPECT_TRUE(client_.socket->send("hello"));
  EXPECT_TRUE(client_.socket->send_binary(as_bytes(std::string_view("\0\x01", 2))));
  ASSERT_TRUE(drive_until([&] { return server_end_.binaries.size() == 1; }));
  EXPECT_EQ(server_end_.texts, std::vector<std::string>{"hello"});
  const std::string large(60'000, 'x');
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(server_end_.socket->send(large + std::to_string(i)));
  ASSERT_TRUE(drive_until([&] { return client_.texts.size() == 5; }));
  EXPECT_EQ(client_.texts[4], large + "4");
}

TEST_F(WebSocketTest, ClosesInOrderAndTellsBothEndsOnce) {
  serve();
  ASSERT_FALSE(connect());
  client_.socket->send("last");
  client_.socket->close(4001, "bye");
  EXPECT_FALSE(client_.socket->send("too late"));
  ASSERT_TRUE(drive_until([&] { return server_end_.closes == 1 && client_.closes == 1; }));
  EXPECT_EQ(server_end_.texts, std::vector<std::string>{"last"});
  EXPECT_EQ(server_end_.code, 4001);
  EXPECT_EQ(server_end_.reason, "bye");
  EXPECT_EQ(client_.code, 4001);
  EXPECT_FALSE(server_end_.socket->send("too late"));
  server_end_.socket.reset();
  EXPECT_TRUE(drive_until([&] { return server_->connections() == 0; }));
  EXPECT_EQ(server_end_.closes + client_.closes, 2);
}

TEST_F(WebSocketTest, SpeaksTls) {
  TestAuthority authority("CA");
  const auto issued = authority.issue("IP:127.0.0.1");
  serve(*ServerTls::load(issued.certificate, issued.key));
  ConnectOptions connect_options;
  connect_options.tls = *ClientTls::load(authority.file());
  ASSERT_FALSE(connect(connect_options, "wss"));
  client_.socket->send("ping");
  ASSERT_TRUE(drive_until([&] { return server_end_.texts.size() == 1; }));
  server_end_.socket->send("pong");
  ASSERT_TRUE(drive_until([&] { return client_.texts.size() == 1; }));
  server_end_.socket->close(websocket_close::kGoingAway, "");
  ASSERT_TRUE(drive_until([&] { return client_.closes == 1 && server_end_.closes == 1; }));
  EXPECT_EQ(client_.code, websocket_close::kGoingAway);
}

TEST_F(WebSocketTest, SendsFromManyThreads) {
  serve();
  ASSERT_FALSE(connect());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([socket = server_end_.socket] {
      for (int k = 0; k < 100; ++k) socket->send("x");
    });
  EXPECT_TRUE(drive_until([&] { return client_.texts.size() == 400; }));
  for (std::thread& thread : threads) thread.join();
}

TEST_F(WebSocketTest, AQueueThatIsFullRefusesAndTheSocketGoesOn) {
  options_.websocket.max_queued = 100;
  serve();
  ASSERT_FALSE(connect());
  EXPECT_TRUE(server_end_.socket->send(std::string(90, 'a')));
  EXPECT_FALSE(server_end_.socket->send(std::string(90, 'b')));
  ASSERT_TRUE(drive_until([&] { return client_.texts.size() == 1; }));
  EXPECT_TRUE(server_end_.socket->send(std::string(90, 'c')));
  EXPECT_TRUE(drive_until([&] { return client_.texts.size() == 2; }));
}

TEST_F(WebSocketTest, AnOversizeMessageClosesWith1009) {
  serve();
  const auto peer = raw();
  peer->say(frame(WebSocketOpcode::text, std::string((64 << 10) + 1, 'x'), 1).substr(0, 20));
  EXPECT_TRUE(peer->hear(close_frame(websocket_close::kTooBig)));
  EXPECT_TRUE(drive_until([&] { return server_end_.closes == 1; }));
  EXPECT_EQ(server_end_.code, websocket_close::kTooBig);
  peer->hang_up();
}

TEST_F(WebSocketTest, AMessageOfExactlyTheLimitIsTaken) {
  serve();
  const auto peer = raw();
  peer->say(frame(WebSocketOpcode::text, std::string(64 << 10, 'x'), 1));
  EXPECT_TRUE(drive_until([&] { return server_end_.texts.size() == 1; }));
}

TEST_F(WebSocketTest, AnUnmaskedFrameClosesWith1002) {
  serve();
  const auto peer = raw();
  peer->say(frame(WebSocketOpcode::text, "a", std::nullopt));
  EXPECT_TRUE(peer->hear(close_frame(websocket_close::kProtocolError)));
  EXPECT_TRUE(server_end_.texts.empty());
}

TEST_F(WebSocketTest, AnswersPingsAndReadsWhatCameWithTheHandshake) {
  serve();
  RawPeer peer(loop_, server_->local());
  peer.say(
      "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      frame(WebSocketOpcode::ping, "abc", 7));
  EXPECT_TRUE(peer.hear(frame(WebSocketOpcode::pong, "abc", std::nullopt)));
}

TEST_F(WebSocketTest, PingsASilentPeerAndCutsADeadOne) {
  options_.websocket.ping_interval = 10ms;
  options_.websocket.pong_time = 300ms;
  serve();
  const auto peer = raw();
  EXPECT_TRUE(peer->hear(frame(WebSocketOpcode::ping, "", std::nullopt)));
  peer->say(frame(WebSocketOpcode::pong, "", 5));
  peer->heard.clear();
  EXPECT_TRUE(peer->hear(frame(WebSocketOpcode::ping, "", std::nullopt)))
      << "a pong buys another interval";
  EXPECT_TRUE(drive_until([&] { return server_end_.closes == 1; }));
  EXPECT_EQ(server_end_.code, websocket_close::kAbnormal);
}

TEST_F(WebSocketTest, APeerThatAnswersPingsStays) {
  options_.websocket.ping_interval = 5ms;
  options_.websocket.pong_time = 5s;
  serve();
  ASSERT_FALSE(connect());
  loop_.run_until([] { return false; }, 50ms);
  EXPECT_EQ(server_end_.closes, 0);
  client_.socket->send("still here");
  EXPECT_TRUE(drive_until([&] { return server_end_.texts.size() == 1; }));
}

TEST_F(WebSocketTest, APeerThatNeverAnswersACloseIsCut) {
  options_.websocket.close_time = 20ms;
  serve();
  const auto peer = raw();
  server_end_.socket->close(websocket_close::kNormal, "");
  EXPECT_TRUE(peer->hear(close_frame(websocket_close::kNormal)));
  EXPECT_TRUE(peer->hear_end());
  EXPECT_TRUE(drive_until([&] { return server_end_.closes == 1; }));
  EXPECT_EQ(server_end_.code, websocket_close::kAbnormal);
}

TEST_F(WebSocketTest, ALostConnectionIs1006) {
  serve();
  auto peer = raw();
  peer.reset();
  EXPECT_TRUE(drive_until([&] { return server_end_.closes == 1; }));
  EXPECT_EQ(server_end_.code, websocket_close::kAbnormal);
}

TEST_F(WebSocketTest, AKindNobodyTakesClosesWith1003) {
  serve();
  const auto peer = raw();
  server_end_.socket->on_binary(nullptr);
  peer->say(frame(WebSocketOpcode::binary, "a", 1));
  EXPECT_TRUE(peer->hear(close_frame(websocket_close::kUnsupportedData)));
}

TEST_F(WebSocketTest, AServerThatGoesCutsItsSockets) {
  serve();
  ASSERT_FALSE(connect());
  server_.reset();
  EXPECT_TRUE(drive_until([&] { return client_.closes == 1 && server_end_.closes == 1; }));
  EXPECT_EQ(client_.code, websocket_close::kAbnormal);
}

TEST_F(WebSocketTest, RefusesRequestsThatAreNoHandshake) {
  serve();
  const std::string good = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const auto answer = [&](const std::string& text) {
    RawPeer peer(loop_, server_->local());
    peer.say(text);
    EXPECT_TRUE(peer.hear("\r\n\r\n"));
    EXPECT_NE(peer.heard.find("Sec-WebSocket-Version: 13"), std::string::npos);
    return peer.heard.substr(9, 3);
  };
  EXPECT_EQ(answer("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "426");
  EXPECT_EQ(answer(good + "Upgrade: websocket\r\nSec-WebSocket-Version: 8\r\n" + key + "\r\n"),
            "426");
  EXPECT_EQ(answer(good + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"), "400");
  EXPECT_EQ(
      answer(good +
             "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n"),
      "400");
}

TEST_F(WebSocketTest, TheClientRefusesAServerThatIsNone) {
  auto server = HttpServer::listen(loop_, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
                                   [](HttpRequest&& request, Responder responder) {
                                     if (request.headers.get("upgrade") != "websocket") return;
                                     responder.respond({403, {}, "no"});
                                   });
  ASSERT_TRUE(server.ok());
  server_.emplace(std::move(*server));
  const auto failure = connect();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->error, ClientError::not_upgraded);
  EXPECT_NE(failure->text.find("403"), std::string::npos);
  ConnectOptions guarded;
  guarded.guard = [](const IpAddress&) {
    return false;
  };
  EXPECT_EQ(connect(guarded)->error, ClientError::address_refused);
}

}  // namespace
}  // namespace parley::net
