#include "net/http_client.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/address_guard.hpp"
#include "net/http_server.hpp"
#include "net/net_test_support.hpp"
#include "net/tcp_listener.hpp"

namespace parley::net {
namespace {

using namespace std::chrono_literals;
using Outcome = Result<HttpClientResponse, ClientFailure>;

/// Answers every connection with fixed bytes, then closes or falls silent.
class ScriptedServer {
 public:
  ScriptedServer(EventLoop& loop, std::string script, bool close)
      : listener_(*TcpListener::bind(loop, *SocketAddress::parse("127.0.0.1:0"), false,
                                     [this, script, close](TcpSocket socket, const SocketAddress&) {
                                       ++connections;
                                       error_code ignored;
                                       socket.write_some(asio::buffer(script), ignored);
                                       if (close)
                                         socket.shutdown(TcpSocket::shutdown_send, ignored);
                                       open_.push_back(std::move(socket));
                                     })) {}
  std::string url() const { return "http://" + listener_.local().text() + "/"; }
  void hang_up() { open_.clear(); }
  bool hears_request() { return !open_.empty() && open_.back().available() > 0; }
  /// Whether the last client closed its end; what it sent is read and forgotten.
  bool is_left() {
    std::array<char, 4096> bytes;
    error_code error;
    open_.back().non_blocking(true);
    while (!error) open_.back().read_some(asio::buffer(bytes), error);
    return error != asio::error::would_block;
  }

  int connections = 0;

 private:
  std::vector<TcpSocket> open_;
  TcpListener listener_;
};

class HttpClientTest : public ::testing::Test {
 protected:
  void SetUp() override { client_.emplace(loop_, options_); }

  void start(HttpServer::Handler handler, const std::string& address = "127.0.0.1:0") {
    auto server =
        HttpServer::listen(loop_, *SocketAddress::parse(address), nullptr, {}, std::move(handler));
    ASSERT_TRUE(server.ok());
    server_.emplace(std::move(*server));
  }

  std::string url(const std::string& path = "/") {
    return "http://" + server_->local().text() + path;
  }

  Outcome ask(HttpClientRequest request) {
    std::optional<Outcome> outcome;
    client_->request(std::move(request), [&](Outcome given) { outcome.emplace(std::move(given)); });
    EXPECT_FALSE(outcome) << "never called inside request";
    if (!drive(loop_, [&] { return outcome.has_value(); }))
      return Failure{ClientFailure{ClientError::busy, "the test waited in vain"}};
    return std::move(*outcome);
  }

  Outcome ask(const std::string& url) {
    HttpClientRequest request;
    request.url = url;
    return ask(request);
  }

  EventLoop loop_;
  HttpClientOptions options_;
  std::optional<HttpServer> server_;
  std::optional<HttpClient> client_;
};

TEST_F(HttpClientTest, CarriesARequestAndItsAnswerAndKeepsTheConnection) {
  std::vector<HttpRequest> seen;
  start([&](HttpRequest&& request, Responder responder) {
    seen.push_back(request);
    responder.respond({201, {{"Location", "/there"}}, "made " + request.body});
  });
  HttpClientRequest request;
  request.method = "POST";
  request.url = url("/things?x=1");
  request.headers = {{"Authorization", "Bearer t"}};
  request.body = "abc";
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = ask(request);
    ASSERT_TRUE(outcome.ok()) << outcome.error().text;
    EXPECT_EQ(outcome->status, 201);
    EXPECT_EQ(outcome->headers.get("location"), "/there");
    EXPECT_EQ(outcome->body, "made abc");
    EXPECT_FALSE(outcome->truncated);
  }
  EXPECT_EQ(seen.at(2).target, "/things?x=1");
  EXPECT_EQ(seen.at(2).headers.get("host"), server_->local().text());
  EXPECT_EQ(seen.at(2).headers.get("authorization"), "Bearer t");
  EXPECT_EQ(server_->counters().all().find("http_connections_total")->second, 1u);
  EXPECT_EQ(client_->idle_connections(), 1u);
  EXPECT_EQ(client_->in_flight(), 0u);
}

TEST_F(HttpClientTest, ResolvesNamesAndSpeaksIpv6) {
  start([](HttpRequest&&, Responder responder) { responder.respond({204}); });
  const std::string port = std::to_string(server_->local().port);
  // The name may also have ::1, where nobody listens: the next address is tried.
  EXPECT_EQ(ask("http://localhost:" + port + "/")->status, 204);
  start([](HttpRequest&&, Responder responder) { responder.respond({200, {}, "six"}); }, "[::1]:0");
  EXPECT_EQ(ask(url())->body, "six");
}

TEST_F(HttpClientTest, ARedirectIsAnAnswer) {
  start([](HttpRequest&&, Responder responder) {
    responder.respond({307, {{"Location", "http://elsewhere/"}}});
  });
  EXPECT_EQ(ask(url())->status, 307);
}

TEST_F(HttpClientTest, AHeadAnswerHasNoBody) {
  start([](HttpRequest&&, Responder responder) { responder.respond({200, {}, "12345"}); });
  HttpClientRequest request;
  request.method = "HEAD";
  request.url = url();
  for (int i = 0; i < 2; ++i) {
    const Outcome outcome = ask(request);
    EXPECT_EQ(outcome->headers.get("content-length"), "5");
    EXPECT_EQ(outcome->body, "");
  }
}

TEST_F(HttpClientTest, TheGuardIsAskedAboutTheVeryAddress) {
  start([](HttpRequest&&, Responder responder) { responder.respond({204}); });
  const std::string port = std::to_string(server_->local().port);
  std::vector<std::string> asked;
  options_.connect.guard = [&](const IpAddress& address) {
    asked.push_back(address.text());
    return is_allowed(address, {});
  };
  client_.emplace(loop_, options_);
  for (const std::string host : {"127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1"}) {
    const Outcome outcome = ask("http://" + host + ":" + port + "/");
    ASSERT_FALSE(outcome.ok()) << host;
    EXPECT_EQ(outcome.error().error, ClientError::address_refused) << host << outcome.error().text;
  }
  EXPECT_EQ(asked.at(0), "127.0.0.1");
  EXPECT_FALSE(server_->counters().all().contains("http_connections_total"));
  options_.connect.guard = [](const IpAddress& address) {
    return is_allowed(address, {.allow_loopback = true});
  };
  client_.emplace(loop_, options_);
  EXPECT_EQ(ask(url())->status, 204);
}

TEST_F(HttpClientTest, StopsReadingAtTheLimit) {
  start([](HttpRequest&& request, Responder responder) {
    if (request.target == "/length") return responder.respond({200, {}, std::string(100'000, 'x')});
    responder.respond({.status = 200, .source = [] {
                         return std::optional(std::string(1000, 'x'));
                       }});
  });
  for (const char* path : {"/length", "/endless"}) {
    HttpClientRequest request;
    request.url = url(path);
    request.max_body = 5000;
    const Outcome refused = ask(request);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().error, ClientError::too_large);
    request.take_2xx_at_headers = true;
    const Outcome taken = ask(request);
    ASSERT_TRUE(taken.ok());
    EXPECT_EQ(taken->status, 200);
    EXPECT_TRUE(taken->truncated);
    EXPECT_EQ(taken->body.size(), 5000u);
  }
  EXPECT_EQ(client_->idle_connections(), 0u);
}

TEST_F(HttpClientTest, AStalledAnswerTimesOutUnlessItsHeadersWereEnough) {
  for (const bool ok : {true, false}) {
    ScriptedServer server(
        loop_,
        std::string("HTTP/1.1 ") + (ok ? "202" : "500") + " x\r\nContent-Length: 9\r\n\r\nabc",
        false);
    HttpClientRequest request;
    request.url = server.url();
    request.timeout = 200ms;
    EXPECT_EQ(ask(request).error().error, ClientError::timed_out);
    request.take_2xx_at_headers = true;
    const Outcome outcome = ask(request);
    ASSERT_EQ(outcome.ok(), ok);
    if (ok) {
      EXPECT_EQ(outcome->status, 202);
      EXPECT_EQ(outcome->body, "abc");
      EXPECT_TRUE(outcome->truncated);
    }
  }
}

TEST_F(HttpClientTest, ASilentServerTimesOutAndIsForgotten) {
  ScriptedServer server(loop_, "", false);
  HttpClientRequest request;
  request.url = server.url();
  request.timeout = 20ms;
  EXPECT_EQ(ask(request).error().error, ClientError::timed_out);
  EXPECT_EQ(client_->in_flight(), 0u);
}

TEST_F(HttpClientTest, KnowsTheKindsOfFailure) {
  const auto failure = [&](const std::string& script) {
    ScriptedServer server(loop_, script, true);
    return ask(server.url()).error().error;
  };
  EXPECT_EQ(failure(""), ClientError::broken);
  EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"), ClientError::broken);
  EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc"),
            ClientError::broken);
  EXPECT_EQ(failure("SSH-2.0-x\r\n\r\n"), ClientError::malformed);
  EXPECT_EQ(failure("HTTP/1.1 200 OK\nA: b\n\n"), ClientError::malformed);
  EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x')), ClientError::malformed);
  EXPECT_EQ(ask("ftp://h/").error().error, ClientError::bad_url);
  EXPECT_EQ(ask("ws://h/").error().error, ClientError::bad_url);
  EXPECT_EQ(ask("https://127.0.0.1/").error().error, ClientError::bad_url);
  EXPECT_EQ(ask("http://no-such-host.invalid/").error().error, ClientError::unresolved);
  start([](HttpRequest&&, Responder) {});
  const std::string gone = url();
  server_.reset();
  EXPECT_EQ(ask(gone).error().error, ClientError::unreachable);
}

TEST_F(HttpClientTest, PassesOverInterimAnswersAndReadsToTheEnd) {
  ScriptedServer server(
      loop_, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end", true);
  const Outcome outcome = ask(server.url());
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->body, "to the end");
  EXPECT_EQ(client_->idle_connections(), 0u);
}

TEST_F(HttpClientTest, AConnectionWithUnaskedBytesIsNotUsedAgain) {
  ScriptedServer server(
      loop_, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\npoison", false);
  EXPECT_TRUE(ask(server.url()).ok());
  EXPECT_EQ(client_->idle_connections(), 0u);
}

TEST_F(HttpClientTest, AConnectionThatItsServerClosedIsNotUsedAgain) {
  ScriptedServer server(loop_, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false);
  HttpClientRequest post;
  post.method = "POST";
  post.url = server.url();
  EXPECT_TRUE(ask(post).ok());
  EXPECT_EQ(client_->idle_connections(), 1u);
  server.hang_up();
  EXPECT_TRUE(ask(post).ok());
  EXPECT_EQ(server.connections, 2);
}

TEST_F(HttpClientTest, AnIdempotentRequestIsRepeatedWhenItsOldConnectionDies) {
  ScriptedServer server(loop_, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false);
  EXPECT_TRUE(ask(server.url()).ok());
  HttpClientRequest request;
  request.url = server.url();
  std::optional<Outcome> outcome;
  client_->request(request, [&](Outcome given) { outcome.emplace(std::move(given)); });
  // The pooled connection is taken already when the server ends it.
  loop_.run_until([&] { return client_->idle_connections() == 0; }, 1s);
  server.hang_up();
  ASSERT_TRUE(drive(loop_, [&] { return outcome.has_value(); }));
  EXPECT_TRUE(outcome->ok());
  EXPECT_EQ(server.connections, 2);
}

TEST_F(HttpClientTest, ThePoolIsBoundedAndForgets) {
  options_.max_idle_per_origin = 2;
  options_.idle_time = 30ms;
  client_.emplace(loop_, options_);
  std::vector<Responder> waiting;
  start([&](HttpRequest&&, Responder responder) { waiting.push_back(responder); });
  int done = 0;
  for (int i = 0; i < 4; ++i) {
    HttpClientRequest request;
    request.url = url();
    client_->request(request, [&](Outcome outcome) { done += outcome.ok(); });
  }
  ASSERT_TRUE(drive(loop_, [&] { return waiting.size() == 4; }));
  for (const Responder& responder : waiting) responder.respond({204});
  ASSERT_TRUE(drive(loop_, [&] { return done == 4; }));
  EXPECT_LE(client_->idle_connections(), 2u);
  EXPECT_TRUE(drive(loop_, [&] { return client_->idle_connections() == 0; }));
}

TEST_F(HttpClientTest, RequestsUnderWayAreBoundedAndForgottenWithTheClient) {
  options_.max_in_flight = 1;
  client_.emplace(loop_, options_);
  std::vector<Responder> waiting;
  start([&](HttpRequest&&, Responder responder) { waiting.push_back(responder); });
  bool called = false;
  HttpClientRequest request;
  request.url = url();
  client_->request(request, [&](Outcome) { called = true; });
  ASSERT_TRUE(drive(loop_, [&] { return waiting.size() == 1; }));
  EXPECT_EQ(ask(url()).error().error, ClientError::busy);
  client_.reset();
  waiting[0].respond({204});
  EXPECT_TRUE(drive(loop_, [&] { return server_->connections() == 0; }));
  EXPECT_FALSE(called);
}

TEST_F(HttpClientTest, OneOriginLeavesRoomForTheOthers) {
  options_.max_in_flight_per_origin = 2;
  client_.emplace(loop_, options_);
  ScriptedServer dead(loop_, "", false);
  std::vector<HttpClient::Cancel> cuts;
  for (int i = 0; i < 2; ++i) {
    HttpClientRequest request;
    request.url = dead.url();
    cuts.push_back(client_->request(request, [](const Outcome&) {}));
  }
  const Outcome refused = ask(dead.url() + "another/path");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().error, ClientError::busy);
  start([](HttpRequest&&, Responder responder) { responder.respond({204}); });
  EXPECT_TRUE(ask(url()).ok());
  cuts.front()();
  HttpClientRequest next;
  next.url = dead.url();
  next.timeout = 20ms;
  EXPECT_EQ(ask(next).error().error, ClientError::timed_out);
}

TEST_F(HttpClientTest, ACancelledRequestIsCutAndNeverTold) {
  ScriptedServer server(loop_, "", false);
  bool called = false;
  const auto send = [&](const std::string& to) {
    HttpClientRequest request;
    request.url = to;
    return client_->request(request, [&](const Outcome&) { called = true; });
  };
  const HttpClient::Cancel under_way = send(server.url());
  ASSERT_TRUE(drive(loop_, [&] { return server.hears_request(); }));
  under_way();
  EXPECT_EQ(client_->in_flight(), 0u);
  under_way();
  EXPECT_TRUE(drive(loop_, [&] { return server.is_left(); }));
  send(server.url())();
  send("no URL")();
  EXPECT_EQ(ask("no URL").error().error, ClientError::bad_url);
  EXPECT_EQ(server.connections, 1);
  EXPECT_FALSE(called);
}

TEST_F(HttpClientTest, AnOutcomeComesLaterAlsoOnTheLoopsThread) {
  options_.connect.guard = [](const IpAddress&) {
    return false;
  };
  client_.emplace(loop_, options_);
  bool inside = false;
  std::optional<bool> told_inside;
  loop_.post([&] {
    inside = true;
    HttpClientRequest request;
    request.url = "http://127.0.0.1:1/";
    client_->request(request, [&](const Outcome&) { told_inside = inside; });
    inside = false;
  });
  ASSERT_TRUE(drive(loop_, [&] { return told_inside.has_value(); }));
  EXPECT_FALSE(*told_inside);
}

TEST_F(HttpClientTest, ACallbackMayDestroyTheClient) {
  start([](HttpRequest&&, Responder responder) { responder.respond({204}); });
  HttpClientRequest request;
  request.url = url();
  bool called = false;
  client_->request(request, [&](Outcome) {
    client_.reset();
    called = true;
  });
  EXPECT_TRUE(drive(loop_, [&] { return called; }));
}

}  // namespace
}  // namespace parley::net
