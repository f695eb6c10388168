#include "server/outbound_test_support.hpp"

namespace parley::server {
namespace {

TEST_F(OutboundTest, AWebhookIsPostedAsGivenAndItsStatusTold) {
  answer_ = {202, {}, ""};
  EXPECT_EQ(attempt(url("/calls")).status, 202);
  EXPECT_EQ(requests_.at(0).method, "POST");
  EXPECT_EQ(requests_.at(0).target, "/calls");
  EXPECT_EQ(requests_.at(0).body, "{}");
  EXPECT_EQ(requests_.at(0).headers.get("X-Own"), "1");
  answer_ = {500, {}, "no"};
  EXPECT_EQ(attempt(url("/calls")).status, 500);
}

TEST_F(OutboundTest, NoMoreIsReadOfAnAnswerThanItsLimit) {
  const std::string large(WebhookSender::kMaxAnswer + 1, 'x');
  answer_ = {500, {}, large};
  const auto result = attempt(url("/calls"));
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.error.find("over its limit"), std::string::npos) << result.error;
  answer_ = {200, {}, large};
  EXPECT_EQ(attempt(url("/calls")).status, 200) << "it has taken the notification all the same";
}

TEST_F(OutboundTest, ARedirectIsTheOutboxsToFollow) {
  answer_ = {307, {{"Location", "/other"}}, ""};
  const auto result = attempt(url("/calls"));
  EXPECT_EQ(result.status, 307);
  EXPECT_EQ(result.location, url("/other"));
  EXPECT_EQ(requests_.size(), 1u);
}

TEST_F(OutboundTest, LoopbackIsReachedOnlyWhereItIsAllowed) {
  make_senders(false);
  const auto result = attempt(url("/calls"));
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.error, "");
  EXPECT_EQ(fetch(url("/sound")).status, 0);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(OutboundTest, PlainHttpGoesNowhereButToLoopback) {
  EXPECT_EQ(attempt("http://192.0.2.1/calls").status, 0);
  EXPECT_EQ(fetch("http://192.0.2.1/sound").status, 0);
}

TEST_F(OutboundTest, ACancelledAttemptIsCutAndNotAnswered) {
  silent_ = true;
  webhooks_->send(0, {notify::AttemptId{1}, {url("/calls"), {}, "{}"}, kPatience});
  ASSERT_TRUE(loop_.run_until([&] { return kept_.size() == 1; }, kPatience));
  webhooks_->cancel(0, {notify::AttemptId{1}});
  ASSERT_TRUE(loop_.run_until([&] { return webhooks_->in_flight() == 0; }, kPatience));
  // Its connection would be kept for the next one; a bot sees that it is gone when it answers.
  kept_.at(0).respond({200, {}, ""});
  ASSERT_TRUE(loop_.run_until([&] { return bot_->connections() == 0; }, kPatience));
  silent_ = false;
  attempt(url("/calls"));
  EXPECT_EQ(posted_.size(), 1u);
  EXPECT_EQ(
      webhooks_->counters().all().find("webhook_attempts_total{result=\"cancelled\"}")->second, 1u);
}

TEST_F(OutboundTest, ADeadBotLeavesRoomForTheOthers) {
  auto other = net::HttpServer::listen(loop_, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
                                       [](net::HttpRequest&&, const net::Responder& responder) {
                                         responder.respond({202, {}, ""});
                                       });
  ASSERT_TRUE(other.ok()) << other.error();
  silent_ = true;
  const std::uint64_t at_once = net::HttpClientOptions{}.max_in_flight_per_origin;
  for (std::uint64_t id = 1; id <= at_once; ++id)
    webhooks_->send(0, {notify::AttemptId{100 + id}, {url("/calls"), {}, "{}"}, kPatience});
  ASSERT_TRUE(loop_.run_until([&] { return kept_.size() == at_once; }, kPatience));
  const auto refused = attempt(url("/calls"));
  EXPECT_EQ(refused.status, 0);
  EXPECT_NE(refused.error.find("under way"), std::string::npos) << refused.error;
  EXPECT_EQ(attempt("http://" + other->local().text() + "/calls").status, 202);
}

TEST_F(OutboundTest, APromptComesWithWhatACacheNeeds) {
  answer_ = {200,
             {{"Content-Type", "audio/wav"},
              {"ETag", "\"new\""},
              {"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"},
              {"Cache-Control", "max-age=60"}},
             "RIFF"};
  const auto prompt = fetch(url("/sound"));
  EXPECT_EQ(prompt.status, 200);
  EXPECT_EQ(prompt.body, "RIFF");
  EXPECT_EQ(prompt.etag, "\"new\"");
  EXPECT_EQ(prompt.last_modified, "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(prompt.max_age, std::chrono::seconds(60));
  EXPECT_EQ(requests_.at(0).headers.get("If-None-Match"), "\"old\"");
  answer_ = {304, {}, ""};
  EXPECT_EQ(fetch(url("/sound")).status, 304);
}

TEST_F(OutboundTest, APromptThatIsNoSoundOrTooLargeOrMissingIsRefused) {
  answer_ = {200, {{"Content-Type", "text/html; charset=utf-8"}}, "<html>"};
  EXPECT_NE(fetch(url("/sound")).error.find("text/html"), std::string::npos);
  answer_ = {200, {{"Content-Type", "audio/wav"}}, std::string(1001, 'x')};
  EXPECT_EQ(fetch(url("/sound")).status, 0);
  answer_ = {404, {}, ""};
  EXPECT_EQ(fetch(url("/sound")).status, 404);
}

TEST_F(OutboundTest, ThreeRedirectsAreFollowedAndNoMore) {
  answer_ = {200, {}, "RIFF"};
  EXPECT_EQ(fetch(url("/hop/2")).body, "RIFF");
  EXPECT_EQ(requests_.size(), 4u);
  EXPECT_EQ(fetch(url("/hop/3")).status, 302);
}

TEST_F(OutboundTest, FetchesBeyondThoseAtOnceWaitTheirTurn) {
  silent_ = true;
  for (std::uint64_t job = 1; job <= 3; ++job) ask_for(job, kApplication);
  ASSERT_TRUE(loop_.run_until([&] { return kept_.size() == 2; }, kPatience));
  EXPECT_EQ(prompts_->waiting(), 1u);
  kept_.at(0).respond({200, {}, "RIFF"});
  ASSERT_TRUE(loop_.run_until([&] { return kept_.size() == 3; }, kPatience));
  kept_.at(1).respond({200, {}, "RIFF"});
  kept_.at(2).respond({200, {}, "RIFF"});
  EXPECT_TRUE(hear(3));
}

TEST_F(OutboundTest, AFetchBeyondThoseThatWaitIsRefused) {
  PromptFetcherOptions options;
  options.outbound.policy.allow_loopback = true;
  options.max_in_flight = 1;
  options.max_waiting = 1;
  prompts_.emplace(loop_, options, post_, log_);
  silent_ = true;
  ask_for(1, kApplication);
  ASSERT_TRUE(loop_.run_until([&] { return kept_.size() == 1; }, kPatience));
  ask_for(2, kApplication);
  ask_for(3, kOther);
  ASSERT_TRUE(hear(1));
  const auto& refused = std::get<platform::PromptFetched>(posted_.at(0).second);
  EXPECT_EQ(refused.job, platform::JobId{3});
  EXPECT_NE(refused.error.find("too many prompts"), std::string::npos) << refused.error;
}

TEST_F(OutboundTest, OneApplicationsPromptsLeaveRoomForTheOthers) {
  PromptFetcherOptions options;
  options.outbound.policy.allow_loopback = true;
  options.max_waiting_per_application = 1;
  prompts_.emplace(loop_, options, post_, log_);
  silent_ = true;
  for (std::uint64_t job = 1; job <= 4; ++job) ask_for(job, kApplication);
  ASSERT_TRUE(loop_.run_until([&] { return kept_.size() == 4; }, kPatience));
  ask_for(5, kApplication);
  ask_for(6, kApplication);
  ASSERT_TRUE(hear(1));
  const auto& refused = std::get<platform::PromptFetched>(posted_.at(0).second);
  EXPECT_EQ(refused.job, platform::JobId{6});
  EXPECT_NE(refused.error.find("this application"), std::string::npos) << refused.error;
  ask_for(7, kOther);
  ASSERT_TRUE(loop_.run_until([&] { return kept_.size() == 5; }, kPatience));
  EXPECT_EQ(prompts_->waiting(), 1u);
  kept_.at(0).respond({200, {}, "RIFF"});
  ASSERT_TRUE(loop_.run_until([&] { return kept_.size() == 6; }, kPatience));
  EXPECT_EQ(prompts_->waiting(), 0u);
}

}  // namespace
}  // namespace parley::server
