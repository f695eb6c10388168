// A bot is told of a call, and what happens when it does not act.
#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(IncomingCall, IsToldToTheBotWithWhoCalls) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  const sim::Delivery& told = scene.bot.deliveries.front();
  EXPECT_EQ(told.change_type, "created");
  EXPECT_EQ(told.state(), "incoming");
  EXPECT_EQ(told.sequence, "1");
  EXPECT_EQ(told.resource, "/communications/calls/" + scene.call);
  EXPECT_EQ(text(told.data.at("source").at("identity").at("user"), "displayName"), "alice");
  EXPECT_TRUE(scene.world.run_until([&] { return scene.caller.is_ringing(); }, seconds(1)));
}

TEST(IncomingCall, HidesTheCallerFromABotWithoutAnyCallsRole) {
  sim::World world(options());
  sim::Bot& bot = world.add_bot("ivr", {});
  sim::Caller& caller = world.add_caller("alice");
  caller.invite("ivr");
  ASSERT_TRUE(world.run_until([&] { return !bot.deliveries.empty(); }));
  const model::Json& identity = bot.deliveries.front().data.at("source").at("identity");
  EXPECT_FALSE(identity.as_object().contains("user"));
  EXPECT_TRUE(identity.as_object().contains("encrypted"));
}

TEST(IncomingCall, EndsWhenTheWindowPasses) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  scene.world.run_for(seconds(14));
  EXPECT_FALSE(scene.caller.is_over());
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(2)));
  EXPECT_EQ(scene.caller.ended()->reason, model::EndReason::no_answer);
  scene.world.run_for(seconds(1));
  const sim::Delivery& told = scene.bot.deliveries.back();
  EXPECT_EQ(told.change_type, "deleted");
  EXPECT_EQ(number(told.data.at("resultInfo"), "code"), 408);
  EXPECT_EQ(number(told.data.at("resultInfo"), "subcode"), 1106);
  EXPECT_EQ(scene.world.live_calls(), 0u);
}

TEST(IncomingCall, ThatTheWebhookRefusesIsTriedAgainInsideItsWindowOnly) {
  CallScene scene;
  std::vector<Instant> attempts;
  scene.bot.on_delivery = [&](const sim::Delivery& delivery) {
    if (delivery.change_type != "created") return sim::WebhookReply{};
    attempts.push_back(delivery.at);
    return sim::WebhookReply{.status = 500};
  };
  scene.caller.invite("ivr");
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(20)));
  EXPECT_GE(attempts.size(), 6u);
  EXPECT_LE(attempts.back() - attempts.front(), seconds(15));
  const std::size_t tried = attempts.size();
  scene.world.run_for(seconds(30));
  EXPECT_EQ(attempts.size(), tried);
  EXPECT_EQ(scene.bot.deliveries.back().change_type, "deleted");
  for (const auto& [id, notification] : scene.world.store().notifications())
    EXPECT_EQ(notification.status, notification.sequence == 1 ? model::NotificationStatus::set_aside
                                                              : model::NotificationStatus::taken);
}

TEST(IncomingCall, IsOverWhenTheCallerGivesUp) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  scene.caller.hang_up();
  ASSERT_TRUE(scene.world.run_until([&] { return scene.bot.deliveries.size() == 2; }, seconds(2)));
  EXPECT_EQ(number(scene.bot.deliveries.back().data.at("resultInfo"), "subcode"), 4521);
  const auto late = scene.post("answer", answer_body());
  EXPECT_EQ(late.status, 404);
  EXPECT_EQ(text(late.body.at("error"), "code"), "8522");
}

TEST(IncomingCall, FollowsOneRedirectOfTheWebhook) {
  CallScene scene;
  scene.bot.on_delivery = [](const sim::Delivery& delivery) {
    if (delivery.url == "https://ivr.test/calls")
      return sim::WebhookReply{.status = 302, .location = "https://ivr.test/calls/west"};
    return sim::WebhookReply{};
  };
  ASSERT_TRUE(scene.ring());
  scene.world.run_for(seconds(2));
  ASSERT_EQ(scene.bot.deliveries.size(), 2u);
  EXPECT_EQ(scene.bot.deliveries[1].url, "https://ivr.test/calls/west");
  EXPECT_EQ(scene.bot.deliveries[0].message_id, scene.bot.deliveries[1].message_id);
}

TEST(IncomingCall, FollowsNoSecondRedirectOfTheWebhook) {
  CallScene scene;
  scene.bot.on_delivery = [](const sim::Delivery& delivery) {
    const bool first = delivery.url == "https://ivr.test/calls";
    return sim::WebhookReply{
        .status = 302,
        .location = first ? "https://ivr.test/calls/west" : "https://ivr.test/calls/east"};
  };
  ASSERT_TRUE(scene.ring());
  scene.world.run_for(seconds(10));
  ASSERT_GE(scene.bot.deliveries.size(), 3u) << "the second redirect is a refusal, tried again";
  EXPECT_EQ(scene.bot.deliveries[1].url, "https://ivr.test/calls/west");
  for (const sim::Delivery& delivery : scene.bot.deliveries)
    EXPECT_NE(delivery.url, "https://ivr.test/calls/east");
}

TEST(IncomingCall, FollowsNoRedirectOfALaterNotification) {
  CallScene scene;
  std::size_t redirected = 0;
  scene.bot.on_delivery = [&](const sim::Delivery& delivery) {
    if (delivery.state() == "establishing" && redirected++ == 0)
      return sim::WebhookReply{.status = 302, .location = "https://ivr.test/calls/west"};
    return sim::WebhookReply{};
  };
  ASSERT_TRUE(scene.establish());
  EXPECT_EQ(redirected, 2u);
  for (const sim::Delivery& delivery : scene.bot.deliveries)
    EXPECT_EQ(delivery.url, "https://ivr.test/calls");
}

TEST(IncomingCall, IsEndedByTheWindowWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(18));
  });
}

TEST(IncomingCall, ThatTheCallerGivesUpIsOverWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(3));
    scene.caller.hang_up();
    scene.world.run_for(seconds(1));
  });
}

}  // namespace
}  // namespace parley::scenarios
