#include "net/http_server.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "net/net_test_support.hpp"

namespace parley::net {
namespace {

class HttpServerTest : public ::testing::Test {
 protected:
  void start(HttpServer::Handler handler, const std::string& address = "127.0.0.1:0") {
    auto server = HttpServer::listen(loop_, *SocketAddress::parse(address), nullptr, options_,
                                     std::move(handler));
    ASSERT_TRUE(server.ok());
    server_.emplace(std::move(*server));
  }

  void start_echo() {
    start([this](HttpRequest&& request, Responder responder) {
      requests_.push_back(request);
      responder.respond({200, {{"X-Target", request.target}}, request.method + " " + request.body});
    });
  }

  EventLoop loop_;
  HttpServerOptions options_;
  std::optional<HttpServer> server_;
  std::vector<HttpRequest> requests_;
};

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST_F(HttpServerTest, AnswersRequestAfterRequestOnOneConnection) {
  start_echo();
  RawPeer peer(loop_, server_->local());
  peer.say("GET /one HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(peer.hear("X-Target: /one"));
  EXPECT_TRUE(peer.heard.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << peer.heard;
  EXPECT_TRUE(peer.heard.ends_with("Content-Length: 4\r\n\r\nGET ")) << peer.heard;
  peer.say("POST /two HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  ASSERT_TRUE(peer.hear("POST abc"));
  EXPECT_FALSE(peer.ended);
  EXPECT_EQ(server_->connections(), 1u);
  EXPECT_EQ(requests_.at(0).peer.ip.text(), "127.0.0.1");
  EXPECT_FALSE(requests_.at(0).tls);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrderThoughHandledOutOfIt) {
  std::vector<Responder> waiting;
  start([&](HttpRequest&&, Responder responder) { waiting.push_back(responder); });
  RawPeer peer(loop_, server_->local());
  std::string many;
  for (int i = 0; i < 3; ++i) many += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  peer.say(many);
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(drive(loop_, [&] { return waiting.size() == i + 1; }));
    waiting[i].respond({200, {}, "answer" + std::to_string(i)});
  }
  ASSERT_TRUE(peer.hear("answer2"));
  EXPECT_LT(peer.heard.find("answer0"), peer.heard.find("answer1"));
  EXPECT_LT(peer.heard.find("answer1"), peer.heard.find("answer2"));
}

TEST_F(HttpServerTest, TakesChunkedBodiesAndBytesInAnyPieces) {
  start_echo();
  const std::string text =
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  RawPeer peer(loop_, server_->local());
  for (const char byte : text) {
    peer.say({&byte, 1});
    loop_.run_until([] { return false; }, std::chrono::microseconds(100));
  }
  EXPECT_TRUE(peer.hear("POST abcde"));
}

TEST_F(HttpServerTest, AHeadAnswerHasALengthAndNoBody) {
  start_echo();
  RawPeer peer(loop_, server_->local());
  peer.say("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(peer.hear("X-Target: /next"));
  EXPECT_NE(peer.heard.find("Content-Length: 5\r\n\r\nHTTP/1.1 200"), std::string::npos)
      << peer.heard;
}

TEST_F(HttpServerTest, InvitesABodyThatWaitsForIt) {
  start_echo();
  RawPeer peer(loop_, server_->local());
  peer.say("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  ASSERT_TRUE(peer.hear("HTTP/1.1 100 Continue\r\n\r\n"));
  peer.say("ok");
  EXPECT_TRUE(peer.hear("POST ok"));
  EXPECT_EQ(count(peer.heard, "100 Continue"), 1u);
}

TEST_F(HttpServerTest, DoesNotInviteABodyThatIsTooLong) {
  options_.max_body = 10;
  start_echo();
  RawPeer peer(loop_, server_->local());
  peer.say("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  ASSERT_TRUE(peer.hear("HTTP/1.1 413"));
  EXPECT_EQ(count(peer.heard, "100 Continue"), 0u);
}

TEST_F(HttpServerTest, ClosesWhenAskedTo) {
  start_echo();
  for (const char* request :
       {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    RawPeer peer(loop_, server_->local());
    peer.say(request);
    EXPECT_TRUE(peer.hear_end());
    EXPECT_NE(peer.heard.find("Connection: close"), std::string::npos);
    EXPECT_NE(peer.heard.find("200 OK"), std::string::npos);
  }
}

TEST_F(HttpServerTest, ADroppedResponderIsA500AndTheConnectionCloses) {
  start([](HttpRequest&&, Responder) {});
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(peer.hear("HTTP/1.1 500"));
  EXPECT_TRUE(peer.hear_end());
}

TEST_F(HttpServerTest, OnlyTheFirstAnswerCounts) {
  start([](HttpRequest&&, Responder responder) {
    responder.respond({200, {}, "first"});
    responder.respond({200, {}, "second"});
  });
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(peer.hear_end());
  EXPECT_EQ(count(peer.heard, "first"), 1u);
  EXPECT_EQ(count(peer.heard, "second"), 0u);
}

TEST_F(HttpServerTest, AnAnswerMayComeFromAnotherThread) {
  std::thread other;
  start([&](HttpRequest&&, Responder responder) {
    other = std::thread([responder] { responder.respond({200, {}, "from afar"}); });
  });
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(peer.hear("from afar"));
  other.join();
}

TEST_F(HttpServerTest, AResponderOutlivesItsConnectionAndItsServer) {
  std::vector<Responder> waiting;
  start([&](HttpRequest&&, Responder responder) { waiting.push_back(responder); });
  {
    RawPeer peer(loop_, server_->local());
    peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(drive(loop_, [&] { return waiting.size() == 1; }));
  }
  server_.reset();
  loop_.run_until([] { return false; }, std::chrono::milliseconds(2));
  waiting[0].respond({200});
  waiting.clear();
}

TEST_F(HttpServerTest, AHandlerThatNeverAnswersIsA503) {
  options_.answer_time = std::chrono::milliseconds(10);
  std::vector<Responder> waiting;
  start([&](HttpRequest&&, Responder responder) { waiting.push_back(responder); });
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(peer.hear("HTTP/1.1 503"));
  waiting.at(0).respond({200, {}, "too late"});
  EXPECT_TRUE(peer.hear_end());
  EXPECT_EQ(count(peer.heard, "too late"), 0u);
}

HttpBodySource three_parts(std::optional<std::string> last) {
  return [part = 0, last]() mutable -> std::optional<std::string> {
    if (++part <= 2) return "part" + std::to_string(part);
    return last;
  };
}

TEST_F(HttpServerTest, StreamsASourceChunked) {
  start([](HttpRequest&&, Responder responder) {
    responder.respond({.status = 200, .source = three_parts("")});
  });
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(peer.hear("Transfer-Encoding: chunked\r\n\r\n5\r\npart1\r\n5\r\npart2\r\n0\r\n\r\n"))
      << peer.heard;
  EXPECT_FALSE(peer.ended);
}

TEST_F(HttpServerTest, StreamsASourceByLengthAndToTheEndForHttp10) {
  start([](HttpRequest&& request, Responder responder) {
    HttpResponse response{.status = 200, .source = three_parts("")};
    if (request.target == "/length") response.source_length = 10;
    responder.respond(std::move(response));
  });
  RawPeer peer(loop_, server_->local());
  peer.say("GET /length HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(peer.hear("Content-Length: 10\r\n\r\npart1part2"));
  EXPECT_FALSE(peer.ended);
  RawPeer old(loop_, server_->local());
  old.say("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(old.hear_end());
  EXPECT_TRUE(old.heard.ends_with("\r\n\r\npart1part2")) << old.heard;
}

TEST_F(HttpServerTest, AFailingSourceCutsTheBodyVisibly) {
  start([](HttpRequest&&, Responder responder) {
    responder.respond({.status = 200, .source = three_parts(std::nullopt)});
  });
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(peer.hear_end());
  EXPECT_EQ(count(peer.heard, "part2"), 1u);
  EXPECT_EQ(count(peer.heard, "0\r\n\r\n"), 0u);
}

TEST_F(HttpServerTest, AHeaderValueCannotEndItsHeader) {
  start([](HttpRequest&&, Responder responder) {
    responder.respond({200,
                       {{"X-Evil", "a\r\nSet-Cookie: b"}, {"X Bad", "c"}, {"Content-Length", "99"}},
                       "body"});
  });
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(peer.hear("body"));
  EXPECT_EQ(count(peer.heard, "Set-Cookie"), 0u);
  EXPECT_EQ(count(peer.heard, "X Bad"), 0u);
  EXPECT_EQ(count(peer.heard, "Content-Length: 4\r\n"), 1u);
  EXPECT_EQ(count(peer.heard, "99"), 0u);
}

TEST_F(HttpServerTest, AddsItsHeadersToEveryAnswerThatHasNone) {
  options_.headers = {{"X-Common", "of the server"}, {"X-Other", "too"}};
  start([](HttpRequest&& request, Responder responder) {
    if (request.target == "/own") return responder.respond({200, {{"x-common", "my own"}}, "mine"});
    if (request.target != "/dropped") responder.respond({200, {}, "plain"});
  });
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(peer.hear("plain"));
  EXPECT_EQ(count(peer.heard, "X-Common: of the server\r\n"), 1u);
  peer.heard.clear();
  peer.say("GET /own HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(peer.hear("mine"));
  EXPECT_EQ(count(peer.heard, "X-Common"), 0u);
  EXPECT_EQ(count(peer.heard, "X-Other: too\r\n"), 1u);
  for (const char* request : {"GET /dropped HTTP/1.1\r\nHost: h\r\n\r\n", "nonsense\r\n\r\n"}) {
    RawPeer other(loop_, server_->local());
    other.say(request);
    EXPECT_TRUE(other.hear_end());
    EXPECT_EQ(count(other.heard, "X-Common: of the server\r\n"), 1u) << other.heard;
  }
}

TEST_F(HttpServerTest, ListensOnIpv6) {
  start_echo();
  server_.reset();
  start_echo();
  start(
      [this](HttpRequest&& request, Responder responder) {
        requests_.push_back(request);
        responder.respond({204});
      },
      "[::1]:0");
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(peer.hear("HTTP/1.1 204 No Content\r\n"));
  EXPECT_EQ(count(peer.heard, "Content-Length"), 0u);
  EXPECT_EQ(requests_.at(0).peer.ip.text(), "::1");
}

TEST_F(HttpServerTest, DrainingClosesTheIdleAndLetsTheBusyFinish) {
  std::vector<Responder> waiting;
  start([&](HttpRequest&&, Responder responder) { waiting.push_back(responder); });
  RawPeer idle(loop_, server_->local());
  RawPeer busy(loop_, server_->local());
  busy.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(drive(loop_, [&] { return waiting.size() == 1 && server_->connections() == 2; }));
  server_->drain();
  EXPECT_TRUE(idle.hear_end());
  waiting[0].respond({200, {}, "last words"});
  EXPECT_TRUE(busy.hear_end());
  EXPECT_EQ(count(busy.heard, "last words"), 1u);
  EXPECT_EQ(count(busy.heard, "Connection: close"), 1u);
  EXPECT_TRUE(drive(loop_, [&] { return server_->connections() == 0; }));
}

TEST_F(HttpServerTest, ALoopMayEndBeforeItsCoroutines) {
  auto loop = std::make_unique<EventLoop>();
  std::vector<Responder> waiting;
  auto server =
      HttpServer::listen(*loop, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
                         [&](HttpRequest&&, Responder responder) { waiting.push_back(responder); });
  RawPeer peer(*loop, server->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(drive(*loop, [&] { return waiting.size() == 1; }));
  { const HttpServer gone = std::move(*server); }
  loop.reset();
  waiting[0].respond({200});
}

}  // namespace
}  // namespace parley::net
