#include <gtest/gtest.h>

#include <atomic>

#include "server/guarded_client.hpp"
#include "server/http_reply.hpp"
#include "server/logging.hpp"
#include "server/mailbox.hpp"
#include "server/metrics.hpp"
#include "server/prompt_fetcher.hpp"
#include "server/shard_thread.hpp"
#include "server/worker_pool.hpp"

namespace parley::server {
namespace {

using std::chrono::seconds;

TEST(MaxAge, IsReadFromCacheControl) {
  EXPECT_EQ(max_age_of("max-age=60"), seconds(60));
  EXPECT_EQ(max_age_of("public, MAX-AGE=5 , immutable"), seconds(5));
  EXPECT_EQ(max_age_of("max-age=60, no-store"), seconds(0));
  EXPECT_EQ(max_age_of("no-cache"), seconds(0));
  for (const char* text : {"", "public", "max-age=", "max-age=x", "max-age=-1", "s-maxage=9"})
    EXPECT_EQ(max_age_of(text), std::nullopt) << text;
  EXPECT_EQ(max_age_of("max-age=2000000000"), seconds(365 * 24 * 3600));
}

TEST(RedirectTarget, IsAbsoluteOrAPathOnTheSameOrigin) {
  const char* from = "https://a.example:8443/x?y";
  EXPECT_EQ(redirect_target(from, "/z?q"), "https://a.example:8443/z?q");
  EXPECT_EQ(redirect_target(from, "http://b.example/z"), "http://b.example/z");
  EXPECT_EQ(redirect_target(from, "//b.example/z"), "https://b.example/z");
  for (const char* location :
       {"", "z", "ftp://b.example/", "wss://b.example/", "file:///etc/passwd"})
    EXPECT_EQ(redirect_target(from, location), std::nullopt) << location;
}

TEST(RefusalOfNet, IsGraphsEnvelope) {
  const net::HttpResponse response = refusal_of_net(413, "the body is over 1048576 bytes");
  EXPECT_EQ(response.status, 413);
  EXPECT_NE(response.body.find("\"code\":\"RequestEntityTooLarge\""), std::string::npos);
  EXPECT_NE(response.body.find("over 1048576 bytes"), std::string::npos);
  EXPECT_TRUE(response.headers.get("request-id").has_value());
}

TEST(Metrics, RendersEverySourceUnderOneFamily) {
  Metrics metrics;
  metrics.publish("a", "shard=\"0\"", {{"drops_total{reason=\"x\"}", 2}, {"calls", 1}});
  metrics.publish("b", "shard=\"1\"", {{"drops_total{reason=\"x\"}", 3}});
  metrics.publish("b", "shard=\"1\"", {{"drops_total{reason=\"x\"}", 4}});
  const std::string text = metrics.render();
  EXPECT_NE(text.find("# TYPE parley_drops_total counter"), std::string::npos) << text;
  EXPECT_NE(text.find("parley_drops_total{shard=\"0\",reason=\"x\"} 2"), std::string::npos) << text;
  EXPECT_NE(text.find("parley_drops_total{shard=\"1\",reason=\"x\"} 4"), std::string::npos) << text;
  EXPECT_NE(text.find("# TYPE parley_calls gauge"), std::string::npos) << text;
  EXPECT_NE(text.find("parley_calls{shard=\"0\"} 1"), std::string::npos) << text;
}

TEST(JsonLog, WritesOneEscapedLine) {
  EXPECT_EQ(json_log_line("T", LogLevel::warning, "it_broke",
                          {{"reason", "a \"b\"\nc"}, {"who", Redacted{"alice"}}}),
            R"({"time":"T","level":"warning","event":"it_broke","reason":"a \"b\"\nc",)"
            R"("who":"[redacted]"})");
  EXPECT_EQ(
      json_log_line("T", LogLevel::info, "e",
                    {{"k",
                      "a\x7F"
                      "b\xC2\x9B"
                      "c\xC3\xA4"}}),
      "{\"time\":\"T\",\"level\":\"info\",\"event\":\"e\",\"k\":\"a\\u007fb\\u009bc\xC3\xA4\"}");
  EXPECT_EQ(log_level_named("error"), LogLevel::error);
  EXPECT_EQ(log_level_named("Error"), std::nullopt);
}

TEST(Mailbox, WakesOnceAndRefusesNewWorkAtItsLimit) {
  int wakes = 0;
  Mailbox box([&] { ++wakes; });
  for (std::size_t i = 0; i < Mailbox::kMaxWaiting; ++i)
    ASSERT_TRUE(box.offer(platform::ClientClosed{}));
  EXPECT_FALSE(box.offer(platform::ClientClosed{}));
  box.post(platform::Committed{});
  EXPECT_EQ(box.take().size(), Mailbox::kMaxWaiting + 1);
  EXPECT_EQ(wakes, 1);
  EXPECT_TRUE(box.offer(platform::ClientClosed{}));
  EXPECT_EQ(wakes, 2);
}

TEST(LoopThread, EndsWhereItIsStoppedBeforeItRan) {
  for (int i = 0; i < 200; ++i) {
    LoopThread thread;
    thread.start();
  }
}

TEST(WorkerPool, RunsJobsAndRefusesThemAtItsLimit) {
  std::mutex gate;
  std::atomic<int> ran{0};
  std::unique_lock closed(gate);
  WorkerPool pool(1);
  const auto job = [&] {
    const std::lock_guard wait(gate);
    ++ran;
  };
  std::size_t taken = 0;
  while (taken < WorkerPool::kMaxWaiting + 2 && pool.run(job)) ++taken;
  EXPECT_GE(taken, WorkerPool::kMaxWaiting);  // one more when the first job had begun
  EXPECT_LE(taken, WorkerPool::kMaxWaiting + 1);
  closed.unlock();
  while (ran < int(taken)) std::this_thread::yield();
  EXPECT_EQ(pool.waiting(), 0u);
}

TEST(MediaAddresses, AWildcardStandsForEveryAddressOfItsFamily) {
  const auto v4 = *IpAddress::parse("192.0.2.1");
  const auto v6 = *IpAddress::parse("2001:db8::1");
  const auto local = expand_wildcards(
      {{*IpAddress::parse("0.0.0.0"), 7}, {*IpAddress::parse("::1"), 8}}, {v4, v6});
  EXPECT_EQ(local, (std::vector<SocketAddress>{{v4, 7}, {*IpAddress::parse("::1"), 8}}));
  const auto told = advertised_addresses(local, {*IpAddress::parse("198.51.100.9")});
  EXPECT_EQ(told.at(0).text(), "198.51.100.9:7");
  EXPECT_EQ(told.at(1).text(), "[::1]:8");
}

}  // namespace
}  // namespace parley::server
