// Callback and prompt URLs that lead inside, and servers behind them that never end.
#include "net/tcp_listener.hpp"
#include "net/timer.hpp"
#include "net/tls_context.hpp"
#include "net/url.hpp"
#include "server/outbound_test_support.hpp"

namespace parley::server {
namespace {

using OutboundAttackTest = OutboundTest;
using std::chrono::milliseconds;

const std::vector<std::string> kInside = {
    "https://10.0.0.1/",         "https://169.254.169.254/latest/meta-data/",
    "https://192.168.0.1/",      "https://[fd00::1]/",
    "https://[fe80::1]/",        "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/", "https://0.0.0.0/",
    "http://10.0.0.1/",          "http://169.254.169.254/latest/meta-data/"};

OutboundOptions outbound(bool allow_loopback) {
  return {.policy = {.allow_loopback = allow_loopback}, .tls = *net::ClientTls::load("")};
}

PromptFetcherOptions prompt_options(bool allow_loopback = true) {
  PromptFetcherOptions options;
  options.outbound = outbound(allow_loopback);
  options.max_body = 1'000;
  return options;
}

TEST_F(OutboundAttackTest, ARedirectThatLeadsInsideEndsThere) {
  prompts_.emplace(loop_, prompt_options(), post_, log_);
  webhooks_.emplace(loop_, outbound(true), post_, log_);
  for (const std::string& inside : kInside) {
    answer_ = {307, {{"Location", inside}}, ""};
    const auto prompt = fetch(url("/sound"));
    EXPECT_EQ(prompt.status, 0) << inside;
    EXPECT_NE(prompt.error.find("not allowed"), std::string::npos) << inside << prompt.error;
    EXPECT_EQ(prompt.error.find(net::Url::parse(inside)->host), std::string::npos)
        << "what a name is inside is nobody's";
    // The outbox follows a webhook's redirect by another attempt.
    const auto redirected = attempt(url("/calls"));
    EXPECT_EQ(redirected.location, inside);
    const auto followed = attempt(redirected.location);
    EXPECT_EQ(followed.status, 0) << inside;
    EXPECT_NE(followed.error.find("not allowed"), std::string::npos) << inside << followed.error;
  }
  for (const char* other : {"file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/",
                            "http://user:password@127.0.0.1/", "ws://127.0.0.1/"}) {
    answer_ = {302, {{"Location", other}}, ""};
    EXPECT_EQ(fetch(url("/sound")).status, 302) << other;
    EXPECT_EQ(attempt(url("/calls")).location, "") << other;
  }
}

TEST_F(OutboundAttackTest, NoSpellingOfLoopbackIsReached) {
  prompts_.emplace(loop_, prompt_options(false), post_, log_);
  webhooks_.emplace(loop_, outbound(false), post_, log_);
  const std::string port = ":" + std::to_string(bot_->local().port) + "/";
  for (const std::string scheme : {"http://", "https://"})
    for (const char* host :
         {"127.0.0.1", "127.1", "0177.0.0.1", "2130706433", "0x7f.1", "0x7f000001", "localhost",
          "LOCALHOST", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0",
          "0", "[::]", "user@127.0.0.1", "127.0.0.1\\@example.com", "127.0.0.1%2eexample.com"}) {
      EXPECT_EQ(fetch(scheme + host + port).status, 0) << scheme << host;
      EXPECT_EQ(attempt(scheme + host + port).status, 0) << scheme << host;
    }
  EXPECT_TRUE(requests_.empty());
  EXPECT_FALSE(bot_->counters().all().contains("http_connections_total"))
      << "not even a connection";
}

TEST_F(OutboundAttackTest, AnEndlessPromptIsReadToTheLimitOnly) {
  std::size_t given = 0;
  answer_ = {.status = 200, .source = [&given] {
               given += 100;
               return std::optional(std::string(100, 'x'));
             }};
  EXPECT_EQ(fetch(url("/sound")).status, 0);
  EXPECT_LT(given, std::size_t{64} << 20);
}

/// Answers every connection with a good head, then a byte each few milliseconds for ever.
class DrippingServer {
 public:
  explicit DrippingServer(net::EventLoop& loop)
      : loop_(loop),
        listener_(*net::TcpListener::bind(loop, *SocketAddress::parse("127.0.0.1:0"), false,
                                          [this](net::TcpSocket socket, const SocketAddress&) {
                                            open_.push_back(std::move(socket));
                                            say("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
                                          })),
        timer_(loop, [this] { drip(); }) {
    drip();
  }
  std::string url() const { return "http://" + listener_.local().text() + "/"; }

 private:
  void drip() {
    say("x");
    timer_.set(loop_.now() + milliseconds(10));
  }
  void say(std::string_view text) {
    net::error_code ignored;
    for (net::TcpSocket& socket : open_)
      socket.write_some(net::asio::buffer(text.data(), text.size()), ignored);
  }

  net::EventLoop& loop_;
  std::vector<net::TcpSocket> open_;
  net::TcpListener listener_;
  net::Timer timer_;
};

TEST_F(OutboundAttackTest, APromptThatDripsEndsInTime) {
  PromptFetcherOptions options = prompt_options();
  options.time = milliseconds(200);
  prompts_.emplace(loop_, options, post_, log_);
  DrippingServer server(loop_);
  EXPECT_EQ(fetch(server.url()).status, 0) << "not waited for, which takes 9 s";
}

TEST_F(OutboundAttackTest, APackedPromptIsNotUnpacked) {
  const std::string packed = "\x1f\x8b\x08 whatever this would become";
  answer_ = {200, {{"Content-Type", "audio/wav"}, {"Content-Encoding", "gzip"}}, packed};
  EXPECT_EQ(fetch(url("/sound")).body, packed);
  EXPECT_FALSE(requests_.at(0).headers.get("Accept-Encoding"));
}

TEST_F(OutboundAttackTest, ManyDeadOriginsOfOneApplicationLeaveRoomForTheOthers) {
  silent_ = true;
  std::vector<net::HttpServer> origins;
  const auto never_answer = [this](net::HttpRequest&&, const net::Responder& responder) {
    kept_.push_back(responder);
  };
  std::uint64_t id = 0;
  for (int i = 0; i < 4; ++i) {
    auto dead = net::HttpServer::listen(loop_, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
                                        never_answer);
    ASSERT_TRUE(dead.ok()) << dead.error();
    const std::string to = "http://" + dead->local().text() + "/calls";
    for (int j = 0; j < 100; ++j)
      webhooks_->send(0, {notify::AttemptId{++id}, {to, {}, "{}"}, kPatience, kApplication});
    origins.push_back(std::move(*dead));
  }
  ASSERT_TRUE(hear(400 - WebhookLimits{}.per_application));
  EXPECT_EQ(webhooks_->in_flight(), WebhookLimits{}.per_application);
  const auto& refused = std::get<platform::WebhookAnswered>(posted_.at(0).second).result;
  EXPECT_NE(refused.error.find("this application"), std::string::npos) << refused.error;
  posted_.clear();
  silent_ = false;
  webhooks_->send(3, {notify::AttemptId{7}, {url("/calls"), {}, "{}"}, kPatience, kOther});
  ASSERT_TRUE(hear(1));
  EXPECT_EQ(std::get<platform::WebhookAnswered>(posted_.at(0).second).result.status, 200);
  webhooks_->cancel(0, {notify::AttemptId{1}});
  ASSERT_TRUE(loop_.run_until(
      [&] { return webhooks_->in_flight() < WebhookLimits{}.per_application; }, kPatience));
  webhooks_->send(0, {notify::AttemptId{++id}, {url("/calls"), {}, "{}"}, kPatience, kApplication});
  ASSERT_TRUE(hear(2));
  EXPECT_EQ(std::get<platform::WebhookAnswered>(posted_.at(1).second).result.status, 200);
}

TEST_F(OutboundAttackTest, DeadBotsThatTakeAllPlacesLeaveEachOtherItsFew) {
  webhooks_.emplace(loop_, outbound(true), post_, log_,
                    WebhookLimits{.in_all = 6, .per_application = 3, .always_free = 1});
  silent_ = true;
  std::uint64_t id = 0;
  const auto send = [&](ApplicationId application) {
    webhooks_->send(0,
                    {notify::AttemptId{++id}, {url("/calls"), {}, "{}"}, kPatience, application});
  };
  for (const ApplicationId dead : {kApplication, kThird})
    for (int i = 0; i < 4; ++i) send(dead);
  ASSERT_TRUE(hear(2));
  EXPECT_EQ(webhooks_->in_flight(), 6u);
  posted_.clear();
  send(kOther);
  send(kOther);
  ASSERT_TRUE(hear(1));
  EXPECT_EQ(webhooks_->in_flight(), 7u);
  const auto& refused = std::get<platform::WebhookAnswered>(posted_.at(0).second).result;
  EXPECT_NE(refused.error.find("of all applications"), std::string::npos) << refused.error;
  EXPECT_TRUE(refused.is_postponed);
}

}  // namespace
}  // namespace parley::server
