// What the platform does with a webhook that refuses, is silent or is gone.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// The row of a call's notification with that sequence.
const model::NotificationRecord* row(const CallScene& scene, std::uint64_t sequence) {
  for (const auto& [id, record] : scene.world.store().notifications())
    if (record.sequence == sequence) return &record;
  return nullptr;
}

/// The sequences of the deliveries in their order, e.g. "1 2! 2 3": `!` marks a refused one.
struct Told {
  std::string words;
  void add(const sim::Delivery& delivery, bool taken) {
    if (!words.empty()) words += ' ';
    words += delivery.sequence + (taken ? "" : "!");
  }
};

TEST(WebhookRetries, OfALaterNotificationHoldUpThoseAfterIt) {
  CallScene scene;
  Told told;
  int refusals = 3;
  std::vector<std::string> ids;
  scene.bot.on_delivery = [&](const sim::Delivery& delivery) {
    const bool taken = delivery.state() != "establishing" || refusals-- <= 0;
    if (delivery.state() == "establishing") ids.push_back(delivery.message_id);
    told.add(delivery, taken);
    return sim::WebhookReply{.status = taken ? 202 : 500};
  };
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(5));
  EXPECT_EQ(told.words, "1 2! 2! 2! 2 3 4");
  ASSERT_EQ(ids.size(), 4u);
  EXPECT_EQ(std::count(ids.begin(), ids.end(), ids[0]), 4);
  EXPECT_NE(scene.bot.deliveries.back().message_id, ids[0]);
  for (const auto& [id, record] : scene.world.store().notifications())
    EXPECT_EQ(record.status, model::NotificationStatus::taken) << record.sequence;
}

TEST(WebhookRetries, OfOneCallHoldUpNoOther) {
  CallScene scene;
  sim::Caller& bob = scene.world.add_caller("bob");
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  scene.bot.on_delivery = [&](const sim::Delivery& delivery) {
    return sim::WebhookReply{.status = delivery.call_id() == scene.call ? 500 : 202};
  };
  scene.caller.hang_up();
  scene.world.run_for(seconds(1));
  bob.invite("ivr");
  EXPECT_TRUE(
      scene.world.run_until([&] { return scene.bot.states().ends_with("incoming"); }, seconds(1)));
}

TEST(WebhookRetries, FollowATimeOutOfTenSeconds) {
  CallScene scene;
  std::vector<Instant> attempts;
  scene.bot.on_delivery = [&](const sim::Delivery& delivery) {
    if (delivery.state() != "establishing") return sim::WebhookReply{};
    attempts.push_back(delivery.at);
    return sim::WebhookReply{.status = attempts.size() < 3 ? 0 : 202};
  };
  ASSERT_TRUE(scene.ring());
  ASSERT_EQ(scene.post("answer", answer_body()).status, 202);
  ASSERT_TRUE(scene.world.run_until([&] { return scene.bot.states().ends_with("established"); },
                                    seconds(40)));
  ASSERT_EQ(attempts.size(), 3u);
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    EXPECT_GE(attempts[i] - attempts[i - 1], seconds(10));
    EXPECT_LE(attempts[i] - attempts[i - 1], seconds(12));
  }
  EXPECT_FALSE(scene.caller.is_over()) << "a silent webhook ends no call";
}

TEST(WebhookRetries, BecomeRarerUpToAMinute) {
  CallScene scene;
  std::vector<Instant> attempts;
  scene.bot.on_delivery = [&](const sim::Delivery& delivery) {
    if (delivery.state() != "establishing") return sim::WebhookReply{};
    attempts.push_back(delivery.at);
    return sim::WebhookReply{.status = 500};
  };
  ASSERT_TRUE(scene.ring());
  ASSERT_EQ(scene.post("answer", answer_body()).status, 202);
  scene.world.run_for(minutes(20));
  // 0.5 s doubled to 60 s is seven steps; then one attempt each 30 to 60 s.
  EXPECT_GE(attempts.size(), 25u);
  EXPECT_LE(attempts.size(), 50u);
  EXPECT_LE(attempts[1] - attempts[0], seconds(1));
  EXPECT_GE(attempts.back() - attempts[attempts.size() - 2], seconds(29));
  EXPECT_LE(attempts.back() - attempts[attempts.size() - 2], seconds(61));
}

TEST(WebhookRetries, EndTenMinutesAfterTheCallAndForItsLastNotificationAfterFourHours) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  scene.world.host("https://ivr.test/long.wav", 200, wav(voice(9, 5.0)));
  ASSERT_EQ(scene.post("playPrompt", prompts_body({"https://ivr.test/long.wav"})).status, 200);
  scene.world.run_for(seconds(1));
  scene.bot.on_delivery = [](const sim::Delivery&) {
    return sim::WebhookReply{.status = 503};
  };
  scene.caller.hang_up();
  // Sequences 1 to 4 were taken; 5 is the operation's end, 6 `terminating`, 7 `terminated`.
  scene.world.run_for(minutes(9) + seconds(55));
  ASSERT_NE(row(scene, 7), nullptr);
  ASSERT_EQ(row(scene, 8), nullptr);
  EXPECT_EQ(row(scene, 5)->status, model::NotificationStatus::pending);
  EXPECT_EQ(scene.bot.deliveries.back().sequence, "5") << "the next one came before its turn";
  scene.world.run_for(seconds(10));
  for (const std::uint64_t late : {5, 6})
    EXPECT_EQ(row(scene, late)->status, model::NotificationStatus::set_aside) << late;
  EXPECT_GT(row(scene, 5)->attempts, 10u);
  EXPECT_NE(row(scene, 5)->last_error.find("503"), std::string::npos);
  EXPECT_EQ(scene.bot.deliveries.back().sequence, "7") << "the lane did not go on";
  scene.world.run_for(hours(3) + minutes(49) + seconds(50));
  EXPECT_EQ(row(scene, 7)->status, model::NotificationStatus::pending);
  scene.world.run_for(seconds(10));
  EXPECT_EQ(row(scene, 7)->status, model::NotificationStatus::set_aside);
  const std::size_t told = scene.bot.deliveries.size();
  scene.world.run_for(minutes(10));
  EXPECT_EQ(scene.bot.deliveries.size(), told);
}

TEST(WebhookRetries, EndWithTheProcessForACallThatNobodyCouldTake) {
  CallScene scene;
  scene.bot.on_delivery = [](const sim::Delivery&) {
    return sim::WebhookReply{.status = 500};
  };
  ASSERT_TRUE(scene.ring());
  scene.world.run_for(seconds(3));
  ASSERT_EQ(row(scene, 1)->status, model::NotificationStatus::pending);
  const std::size_t before = scene.bot.deliveries.size();
  scene.world.crash();
  scene.bot.on_delivery = {};
  scene.world.run_for(seconds(5));
  // The call's end closes `created`; its bot, which may have heard of it, is told the end.
  EXPECT_EQ(row(scene, 1)->status, model::NotificationStatus::set_aside);
  ASSERT_EQ(scene.bot.deliveries.size(), before + 1);
  const sim::Delivery& ended = scene.bot.deliveries.back();
  EXPECT_EQ(ended.sequence, "2");
  EXPECT_EQ(ended.change_type, "deleted");
  EXPECT_EQ(number(ended.data.at("resultInfo"), "subcode"), 9998);
}

TEST(WebhookRetries, GoOnWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.answer_and();
    scene.bot.on_delivery = [refused = std::set<std::string>(),
                             act = scene.bot.on_delivery](const sim::Delivery& delivery) mutable {
      if (refused.insert(delivery.message_id).second) return sim::WebhookReply{.status = 500};
      return act(delivery);
    };
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(6));
    scene.caller.hang_up();
  });
}

}  // namespace
}  // namespace parley::scenarios
