#include "net/websocket.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "net/http_server.hpp"
#include "net/net_test_support.hpp"
#include "net/tls_context.hpp"
#include "net/websocket_client.hpp"
#include "net/websocket_test_support.hpp"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

/// RFC 6455 §5.2.
enum class Opcode { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };
using Mask = std::optional<std::uint32_t>;

/// One frame, byte by byte as §5.2 draws it. `first_bits`: FIN and the reserved bits.
std::string frame(Opcode opcode, std::string_view payload, Mask mask, int first_bits = 0x80) {
  std::string out(1, char(first_bits | int(opcode)));
  const int masked = mask ? 0x80 : 0;
  if (payload.size() < 126) {
    out += char(masked | int(payload.size()));
  } else {
    const bool large = payload.size() > 0xFFFF;
    out += char(masked | (large ? 127 : 126));
    for (int shift = large ? 56 : 8; shift >= 0; shift -= 8)
      out += char(std::uint64_t{payload.size()} >> shift & 0xFF);
  }
  for (int shift = 24; mask && shift >= 0; shift -= 8) out += char(*mask >> shift & 0xFF);
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += char(payload[i] ^ char(mask.value_or(0) >> (24 - 8 * (i % 4)) & 0xFF));
  return out;
}

std::string close_payload(int code, std::string_view reason = "") {
  return std::string{char(code >> 8), char(code & 0xFF)}.append(reason);
}

std::string close_frame(int code, std::string_view reason = "") {
  return frame(Opcode::close, close_payload(code, reason), std::nullopt);
}

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

  /// What a server says and hears of a client that sends `bytes` after a good handshake.
  std::uint16_t code_after(const std::string& bytes, std::size_t step = 1 << 20) {
    server_end_ = End();
    const auto peer = raw();
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      peer->say(std::string_view(bytes).substr(at, step));
      if (step < bytes.size()) loop_.run_until([] { return false; }, 100us);
    }
    EXPECT_TRUE(drive(loop_, [&] { return server_end_.closes == 1; })) << to_hex(as_bytes(bytes));
    EXPECT_TRUE(peer->hear_end());
    said_ = peer->heard;
    return server_end_.code;
  }

  EventLoop loop_;
  HttpServerOptions options_;
  WebSocketOptions client_options_;
  End server_end_;
  End client_;
  std::optional<HttpServer> server_;
  std::string said_;
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
  peer->say(frame(Opcode::text, std::string((64 << 10) + 1, 'x'), 1).substr(0, 20));
  EXPECT_TRUE(peer->hear(close_frame(websocket_close::kTooBig)));
  EXPECT_TRUE(drive_until([&] { return server_end_.closes == 1; }));
  EXPECT_EQ(server_end_.code, websocket_close::kTooBig);
  peer->hang_up();
}

TEST_F(WebSocketTest, AMessageOfExactlyTheLimitIsTaken) {
  serve();
  const auto peer = raw();
  peer->say(frame(Opcode::text, std::string(64 << 10, 'x'), 1));
  EXPECT_TRUE(drive_until([&] { return server_end_.texts.size() == 1; }));
}

TEST_F(WebSocketTest, AnUnmaskedFrameClosesWith1002) {
  serve();
  const auto peer = raw();
  peer->say(frame(Opcode::text, "a", std::nullopt));
  EXPECT_TRUE(peer->hear(close_frame(websocket_close::kProtocolError)));
  EXPECT_TRUE(server_end_.texts.empty());
}

TEST_F(WebSocketTest, AnswersPingsAndReadsWhatCameWithTheHandshake) {
  serve();
  RawPeer peer(loop_, server_->local());
  peer.say(
      "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      frame(Opcode::ping, "abc", 7));
  EXPECT_TRUE(peer.hear(frame(Opcode::pong, "abc", std::nullopt)));
}

TEST_F(WebSocketTest, APeerThatPingsTooOftenIsClosedWith1008) {
  options_.websocket.max_pings_per_second = 3;
  serve();
  const auto peer = raw();
  std::string pings;
  for (int i = 0; i < 8; ++i) pings += frame(Opcode::ping, "x", 1);
  peer->say(pings);
  EXPECT_TRUE(
      peer->hear(close_frame(websocket_close::kPolicyViolation, "too many pings in a second")));
}

TEST_F(WebSocketTest, PingsASilentPeerAndCutsADeadOne) {
  options_.websocket.ping_interval = 10ms;
  options_.websocket.pong_time = 300ms;
  serve();
  const auto peer = raw();
  EXPECT_TRUE(peer->hear(frame(Opcode::ping, "", std::nullopt)));
  peer->say(frame(Opcode::pong, "", 5));
  peer->heard.clear();
  EXPECT_TRUE(peer->hear(frame(Opcode::ping, "", std::nullopt))) << "a pong buys another interval";
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

TEST_F(WebSocketTest, TakesTheExamplesOfTheRfcAndEveryLengthInAnyPieces) {
  options_.websocket.max_message = 70'000;
  serve();
  // RFC 6455 §5.7, "a single-frame masked text message".
  const std::string hello(as_text(*from_hex("818537fa213d7f9f4d5158")));
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, hello.size()}) {
    code_after(hello + frame(Opcode::close, "", 3), step);
    EXPECT_EQ(server_end_.texts, std::vector<std::string>{"Hello"});
  }
  for (const std::size_t size : {0u, 125u, 126u, 127u, 65535u, 65536u, 70000u}) {
    const std::string payload(size, 'x');
    code_after(frame(Opcode::binary, payload, 0x01020304) + frame(Opcode::close, "", 3));
    EXPECT_EQ(server_end_.binaries, std::vector<std::string>{payload});
  }
}

TEST_F(WebSocketTest, JoinsFragmentsAroundControlFrames) {
  serve();
  const std::string bytes = frame(Opcode::text, "ab", 1, 0) + frame(Opcode::ping, "p", 2) +
                            frame(Opcode::continuation, "cd", 3, 0) +
                            frame(Opcode::continuation, "e", 4) + frame(Opcode::text, "f", 5) +
                            frame(Opcode::close, close_payload(1000), 6);
  for (const std::size_t step : {std::size_t{1}, std::size_t{5}, bytes.size()}) {
    EXPECT_EQ(code_after(bytes, step), websocket_close::kNormal);
    EXPECT_EQ(server_end_.texts, (std::vector<std::string>{"abcde", "f"}));
    EXPECT_EQ(said_, frame(Opcode::pong, "p", std::nullopt) + close_frame(1000));
  }
}

TEST_F(WebSocketTest, RefusesBrokenFrames) {
  serve();
  const std::string fragment = frame(Opcode::text, "a", 1, 0);
  for (const std::string& bytes :
       {frame(Opcode::text, "a", std::nullopt), frame(Opcode::continuation, "a", 1),
        fragment + frame(Opcode::text, "b", 1), frame(Opcode::ping, std::string(126, 'x'), 1),
        frame(Opcode::ping, "x", 1, 0), frame(Opcode::text, "a", 1, 0xC0),
        frame(Opcode::text, "a", 1, 0xA0), frame(Opcode(3), "a", 1), frame(Opcode(11), "a", 1),
        frame(Opcode::close, "x", 1), frame(Opcode::close, close_payload(1000, "\xFF"), 1)}) {
    EXPECT_EQ(code_after(bytes), websocket_close::kProtocolError) << to_hex(as_bytes(bytes));
    EXPECT_EQ(said_, close_frame(websocket_close::kProtocolError)) << to_hex(as_bytes(bytes));
    EXPECT_TRUE(server_end_.texts.empty());
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2999})
    EXPECT_EQ(code_after(frame(Opcode::close, close_payload(code), 1)),
              websocket_close::kProtocolError)
        << code;
}

TEST_F(WebSocketTest, RefusesTextThatIsNotUtf8) {
  serve();
  for (const char* bad : {"\x80", "\xC0\x80", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xFF", "a\xC3\x28"}) {
    EXPECT_EQ(code_after(frame(Opcode::text, bad, 1)), websocket_close::kInvalidPayload)
        << to_hex(as_bytes(std::string_view(bad)));
    EXPECT_EQ(said_, close_frame(websocket_close::kInvalidPayload));
  }
}

TEST_F(WebSocketTest, RefusesAMessageOverTheLimitBeforeItsPayloadCame) {
  options_.websocket.max_message = 1000;
  serve();
  const std::string fragment = frame(Opcode::text, std::string(600, 'x'), 1, 0);
  for (const std::string& bytes :
       {frame(Opcode::text, std::string(1001, 'x'), 1).substr(0, 8),
        std::string(as_text(*from_hex("82ff7fffffffffffffff00000000"))),
        fragment + frame(Opcode::continuation, std::string(401, 'x'), 1)}) {
    EXPECT_EQ(code_after(bytes), websocket_close::kTooBig);
    EXPECT_EQ(said_, close_frame(websocket_close::kTooBig));
  }
}

TEST_F(WebSocketTest, ACloseWithoutACodeIs1005AndALongReasonIsCut) {
  serve();
  EXPECT_EQ(code_after(frame(Opcode::close, "", 1)), websocket_close::kNoStatus);
  server_end_ = End();
  ASSERT_FALSE(connect());
  std::string reason;
  while (reason.size() < 130) reason += "\xC3\xA9";
  client_.socket->close(4000, reason);
  ASSERT_TRUE(drive_until([&] { return server_end_.closes == 1; }));
  EXPECT_EQ(server_end_.reason, reason.substr(0, 122));
}

TEST_F(WebSocketTest, ALoopMayEndBeforeItsSockets) {
  auto loop = std::make_unique<EventLoop>();
  WebSocketPtr open;
  auto server = HttpServer::listen(*loop, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
                                   [&](HttpRequest&&, Responder responder) {
                                     responder.upgrade({"", [&](WebSocketPtr socket) {
                                                          open = std::move(socket);
                                                        }});
                                   });
  RawPeer peer(*loop, server->local());
  peer.say(
      "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  ASSERT_TRUE(drive(*loop, [&] { return open != nullptr; }));
  open->send("on its way");
  open.reset();
  { const HttpServer gone = std::move(*server); }
  loop.reset();
}

TEST_F(WebSocketTest, TheServersHeadersAreInThe101) {
  options_.headers = {{"X-Common", "yes"}};
  serve();
  RawPeer peer(loop_, server_->local());
  peer.say(
      "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_TRUE(peer.hear("X-Common: yes\r\n"));
  EXPECT_EQ(peer.heard.find("Beast"), std::string::npos) << peer.heard;
}

// Beast's reading and closing then wait for each other.
TEST_F(WebSocketTest, ABrokenFrameThatCrossesOurCloseEndsTheSocketInTime) {
  const std::string message = frame(Opcode::text, "close", 1);
  const std::string broken = frame(Opcode(3), "a", 1);
  const Heard heard = hear(loop_, {as_bytes(message), as_bytes(broken)});
  EXPECT_EQ(heard.code, websocket_close::kAbnormal);
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
  peer->say(frame(Opcode::binary, "a", 1));
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
