#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "net/http_server.hpp"
#include "server/prompt_fetcher.hpp"
#include "server/webhook_sender.hpp"

namespace parley::server {

inline constexpr Duration kPatience = std::chrono::seconds(20);
inline const ApplicationId kApplication{*Uuid::parse("00000000-0000-0000-0000-000000000001")};
inline const ApplicationId kOther{*Uuid::parse("00000000-0000-0000-0000-000000000002")};
inline const ApplicationId kThird{*Uuid::parse("00000000-0000-0000-0000-000000000003")};

/// A bot on loopback, and the senders, all on the test's own loop.
class OutboundTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto bot = net::HttpServer::listen(
        loop_, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
        [this](net::HttpRequest&& request, const net::Responder& responder) {
          requests_.push_back(request);
          if (silent_)
            kept_.push_back(responder);
          else
            responder.respond(answer_for(request));
        });
    ASSERT_TRUE(bot.ok()) << bot.error();
    bot_.emplace(std::move(*bot));
    make_senders(true);
  }

  void make_senders(bool allow_loopback) {
    const OutboundOptions outbound{.policy = {.allow_loopback = allow_loopback}, .tls = nullptr};
    webhooks_.emplace(loop_, outbound, post_, log_);
    PromptFetcherOptions options;
    options.outbound = outbound;
    options.max_body = 1000;
    options.max_in_flight = 2;
    prompts_.emplace(loop_, options, post_, log_);
  }

  net::HttpResponse answer_for(const net::HttpRequest& request) const {
    if (request.target.starts_with("/hop/")) {
      const int left = std::stoi(request.target.substr(5));
      const std::string next = left == 0 ? "/sound" : "/hop/" + std::to_string(left - 1);
      return {302, {{"Location", next}}, ""};
    }
    return answer_;
  }

  std::string url(const std::string& path) const { return "http://" + bot_->local().text() + path; }
  bool hear(std::size_t count) {
    return loop_.run_until([&] { return posted_.size() >= count; }, kPatience);
  }

  notify::AttemptResult attempt(const std::string& to) {
    posted_.clear();
    webhooks_->send(3, {notify::AttemptId{7}, {to, {{"X-Own", "1"}}, "{}"}, kPatience});
    EXPECT_TRUE(hear(1));
    EXPECT_EQ(posted_.at(0).first, 3u);
    return std::get<platform::WebhookAnswered>(posted_.at(0).second).result;
  }
  platform::PromptFetched fetch(const std::string& from) {
    posted_.clear();
    prompts_->fetch(1, {platform::JobId{5}, kApplication, from, "\"old\"", ""});
    EXPECT_TRUE(hear(1));
    return std::get<platform::PromptFetched>(posted_.at(0).second);
  }

  void ask_for(std::uint64_t job, ApplicationId application) {
    prompts_->fetch(0, {platform::JobId{job}, application, url("/sound"), "", ""});
  }

  net::EventLoop loop_;
  NullLog log_;
  std::optional<net::HttpServer> bot_;
  net::HttpResponse answer_{200, {}, ""};
  bool silent_ = false;
  std::vector<net::Responder> kept_;
  std::vector<net::HttpRequest> requests_;
  std::vector<std::pair<platform::ShardIndex, platform::ShardInput>> posted_;
  const PostToShard post_ = [this](platform::ShardIndex shard, platform::ShardInput input) {
    posted_.emplace_back(shard, std::move(input));
  };
  std::optional<WebhookSender> webhooks_;
  std::optional<PromptFetcher> prompts_;
};

}  // namespace parley::server
