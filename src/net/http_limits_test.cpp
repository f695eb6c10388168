#include <gtest/gtest.h>

#include "net/http_server.hpp"
#include "net/net_test_support.hpp"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

/// Each limit of HttpServerOptions, made small and reached over a real socket.
class HttpLimitsTest : public ::testing::Test {
 protected:
  HttpLimitsTest() {
    options_.format_error = [](int status, std::string_view why) {
      return HttpResponse{status,
                          {{"Content-Type", "application/json"}},
                          "{\"why\":\"" + std::string(why) + "\"}",
                          {},
                          {}};
    };
  }

  void start() {
    auto server = HttpServer::listen(loop_, *SocketAddress::parse("127.0.0.1:0"), nullptr, options_,
                                     [this](HttpRequest&& request, Responder responder) {
                                       ++handled_;
                                       if (request.target == "/wait")
                                         return waiting_.push_back(responder);
                                       if (request.target == "/socket")
                                         return responder.upgrade({"", [](const WebSocketPtr&) {
                                                                   }});
                                       responder.respond({200, {}, "fine"});
                                     });
    ASSERT_TRUE(server.ok());
    server_.emplace(std::move(*server));
  }

  /// What a server that is sent `text` answers until it closes.
  std::string answer_to(std::string_view text) {
    RawPeer peer(loop_, server_->local());
    peer.say(text);
    EXPECT_TRUE(peer.hear_end()) << text.substr(0, 100);
    return peer.heard.substr(0, peer.heard.find("\r\n"));
  }

  EventLoop loop_;
  HttpServerOptions options_;
  std::optional<HttpServer> server_;
  std::vector<Responder> waiting_;
  int handled_ = 0;
};

TEST_F(HttpLimitsTest, TheRequestLine) {
  options_.max_request_line = 100;
  start();
  EXPECT_EQ(answer_to("GET /" + std::string(100, 'a')), "HTTP/1.1 414 URI Too Long");
}

TEST_F(HttpLimitsTest, TheHeaders) {
  options_.max_headers = 100;
  start();
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100, 'a')),
            "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_F(HttpLimitsTest, TheBodyByLengthAndByChunks) {
  options_.max_body = 100;
  start();
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n"),
            "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"),
            "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n"),
            "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpLimitsTest, TheErrorBodyIsTheFormattersAndNamesNoLine) {
  start();
  RawPeer peer(loop_, server_->local());
  peer.say("nonsense\r\n\r\n");
  EXPECT_TRUE(peer.hear_end());
  EXPECT_NE(peer.heard.find("Content-Type: application/json"), std::string::npos);
  EXPECT_NE(peer.heard.find("{\"why\":\"The request is not well-formed HTTP/1.1.\"}"),
            std::string::npos);
}

TEST_F(HttpLimitsTest, TheAnswerReachesAPeerThatIsStillSending) {
  options_.max_body = 100;
  start();
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" +
                      std::string(100'000, 'x')),
            "HTTP/1.1 413 Content Too Large");
}

TEST_F(HttpLimitsTest, SmuggledRequestsAreRefusedAndNeverHandled) {
  start();
  const std::string inner = "GET /inner HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string outer = "POST / HTTP/1.1\r\nHost: h\r\n";
  for (const std::string& text : {
           outer + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
           outer + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + inner,
           outer + "Content-Length: 0\r\nContent-Length: 32\r\n\r\n" + inner,
           outer + "Content-Length: 0, 32\r\n\r\n" + inner,
           outer + "Content-Length : 32\r\n\r\n" + inner,
           outer + "X: a\nContent-Length: 32\r\n\r\n" + inner,
           outer + "X: a\r\n Content-Length: 32\r\n\r\n" + inner,
           outer + "Transfer-Encoding: chunked\r\n\r\n0\n\r\n" + inner,
           outer + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + inner,
           outer + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n" + inner,
           "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
       })
    EXPECT_EQ(answer_to(text), "HTTP/1.1 400 Bad Request") << ::testing::PrintToString(text);
  EXPECT_EQ(answer_to(outer + "Transfer-Encoding: xchunked\r\n\r\n" + inner),
            "HTTP/1.1 501 Not Implemented");
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpLimitsTest, ASlowHead) {
  options_.header_time = 20ms;
  start();
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nHo"), "HTTP/1.1 408 Request Timeout");
}

TEST_F(HttpLimitsTest, ADrippingHeadDoesNotBuyTime) {
  options_.header_time = 60ms;
  start();
  RawPeer peer(loop_, server_->local());
  const Instant begin = loop_.now().monotonic;
  peer.say("GET / HTTP/1.1\r\n");
  while (!peer.ended && loop_.now().monotonic < begin + 5s && peer.heard.empty()) {
    peer.say("X: y\r\n");
    loop_.run_until([] { return false; }, 5ms);
    peer.poll();
  }
  EXPECT_TRUE(peer.hear("HTTP/1.1 408"));
}

TEST_F(HttpLimitsTest, ASlowLaterHeadIsTimedFromItsFirstByte) {
  options_.header_time = 20ms;
  start();
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET ");
  ASSERT_TRUE(peer.hear("fine"));
  EXPECT_TRUE(peer.hear("HTTP/1.1 408"));
}

TEST_F(HttpLimitsTest, ASlowBody) {
  options_.body_time = 20ms;
  start();
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc"),
            "HTTP/1.1 408 Request Timeout");
}

TEST_F(HttpLimitsTest, ASilentConnectionIsClosedWithoutAWord) {
  options_.header_time = 20ms;
  start();
  EXPECT_EQ(answer_to(""), "");
}

TEST_F(HttpLimitsTest, AnIdleConnectionIsClosedWithoutAWord) {
  options_.idle_time = 20ms;
  start();
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(peer.hear("fine"));
  EXPECT_TRUE(peer.hear_end());
  EXPECT_EQ(peer.heard.find("408"), std::string::npos);
}

TEST_F(HttpLimitsTest, APeerThatDoesNotReadIsCut) {
  options_.write_time = 20ms;
  auto server = HttpServer::listen(loop_, *SocketAddress::parse("127.0.0.1:0"), nullptr, options_,
                                   [](HttpRequest&&, Responder responder) {
                                     responder.respond({200, {}, std::string(32 << 20, 'x')});
                                   });
  ASSERT_TRUE(server.ok());
  RawPeer peer(loop_, server->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(
      drive(loop_, [&] { return server->counters().all().contains("http_requests_total"); }));
  EXPECT_TRUE(drive(loop_, [&] { return server->connections() == 0; }));
}

TEST_F(HttpLimitsTest, ConnectionsInAllTheOldestIdleGoesFirst) {
  options_.max_connections = 2;
  start();
  RawPeer busy(loop_, server_->local());
  busy.say("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(drive(loop_, [&] { return waiting_.size() == 1; }));
  RawPeer idle(loop_, server_->local());
  ASSERT_TRUE(drive(loop_, [&] { return server_->connections() == 2; }));
  RawPeer third(loop_, server_->local());
  EXPECT_TRUE(idle.hear_end());
  third.say("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(drive(loop_, [&] { return waiting_.size() == 2; }));
  RawPeer refused(loop_, server_->local());
  EXPECT_TRUE(refused.hear_end());
  EXPECT_EQ(server_->counters().all().find("http_connections_refused_total")->second, 1u);
  for (const Responder& responder : waiting_) responder.respond({200, {}, "served"});
  EXPECT_TRUE(busy.hear("served"));
  EXPECT_TRUE(third.hear("served"));
}

TEST_F(HttpLimitsTest, BehindATrustedProxyTheClientItNamesIsTheSource) {
  options_.max_connections_per_source = 1;
  options_.trusted_proxies = {*IpNetwork::parse("127.0.0.0/8")};
  start();
  const auto asking = [](const std::string& target, const std::string& client) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.9, " + client +
           "\r\n\r\n";
  };
  RawPeer busy(loop_, server_->local());
  busy.say(asking("/wait", "192.0.2.1"));
  ASSERT_TRUE(drive(loop_, [&] { return waiting_.size() == 1; }));
  RawPeer other(loop_, server_->local());
  other.say(asking("/", "192.0.2.2"));
  EXPECT_TRUE(other.hear("fine"));
  RawPeer same(loop_, server_->local());
  same.say(asking("/", "192.0.2.1"));
  EXPECT_TRUE(same.hear("HTTP/1.1 429"));
  EXPECT_TRUE(same.hear_end());
  other.heard.clear();
  other.say(asking("/", "192.0.2.1"));
  EXPECT_TRUE(other.hear("HTTP/1.1 429"));
  waiting_[0].respond({200, {}, "served"});
  EXPECT_TRUE(busy.hear("served"));
  RawPeer later(loop_, server_->local());
  later.say(asking("/", "192.0.2.1"));
  EXPECT_TRUE(later.hear("fine"));
  later.heard.clear();
  later.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(later.hear("fine"));
}

TEST_F(HttpLimitsTest, AWebSocketBehindAProxyCountsForItsClientUntilItEnds) {
  options_.max_connections_per_source = 1;
  options_.trusted_proxies = {*IpNetwork::parse("127.0.0.1")};
  start();
  const std::string client = "Host: h\r\nX-Forwarded-For: 192.0.2.1\r\n";
  RawPeer socket(loop_, server_->local());
  socket.say("GET /socket HTTP/1.1\r\n" + client +
             "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  ASSERT_TRUE(socket.hear("HTTP/1.1 101"));
  RawPeer refused(loop_, server_->local());
  refused.say("GET / HTTP/1.1\r\n" + client + "\r\n");
  EXPECT_TRUE(refused.hear("HTTP/1.1 429"));
  refused.hang_up();
  socket.hang_up();
  ASSERT_TRUE(drive(loop_, [&] { return server_->connections() == 0; }));
  RawPeer later(loop_, server_->local());
  later.say("GET / HTTP/1.1\r\n" + client + "\r\n");
  EXPECT_TRUE(later.hear("fine"));
}

TEST_F(HttpLimitsTest, AStrangersForwardingIsIgnored) {
  options_.max_connections_per_source = 1;
  options_.trusted_proxies = {*IpNetwork::parse("192.0.2.0/24")};
  start();
  RawPeer first(loop_, server_->local());
  first.say("GET /wait HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");
  ASSERT_TRUE(drive(loop_, [&] { return waiting_.size() == 1; }));
  RawPeer second(loop_, server_->local());
  EXPECT_TRUE(second.hear_end());
  EXPECT_EQ(second.heard, "");
}

TEST_F(HttpLimitsTest, ConnectionsPerSource) {
  options_.max_connections_per_source = 1;
  start();
  RawPeer first(loop_, server_->local());
  first.say("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(drive(loop_, [&] { return waiting_.size() == 1; }));
  RawPeer second(loop_, server_->local());
  EXPECT_TRUE(second.hear_end());
  waiting_[0].respond({200, {}, "served"});
  EXPECT_TRUE(first.hear("served"));
}

}  // namespace
}  // namespace parley::net
