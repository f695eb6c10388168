#include <gtest/gtest.h>

#include <algorithm>

#include "scenario_test_support.hpp"

// The store refuses a step for good: nobody may hear of it, so the call ends.
namespace parley::scenarios {
namespace {

TEST(LostCommit, OfAnAnswerIsRefusedAndEndsTheCall) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  scene.world.lose_commits(1);
  const auto answer = scene.post("answer", answer_body());
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "5");
  EXPECT_FALSE(answer.header("request-id").empty());
  EXPECT_EQ(answer.header("client-request-id"), answer.header("request-id"));
  EXPECT_EQ(text(answer.body.at("error"), "code"), "serviceNotAvailable");
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(5)));
  EXPECT_FALSE(scene.caller.is_answered());
  EXPECT_EQ(scene.caller.ended()->reason, model::EndReason::failed);
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.bot.deliveries.back().state(), "terminated");
  EXPECT_EQ(number(scene.bot.deliveries.back().data.at("resultInfo"), "subcode"), 9999);
  EXPECT_EQ(scene.world.call_api(scene.bot, "GET", scene.path()).status, 404);
  EXPECT_EQ(scene.world.live_calls(), 0u);
}

TEST(LostCommit, OfAllLeavesNothingBehindAndIsToldAfterTheNextStart) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  const std::size_t told = scene.bot.deliveries.size();
  scene.world.lose_commits(1'000);
  EXPECT_EQ(scene.post("mute").status, 503);
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(5)));
  scene.world.run_for(seconds(5));
  EXPECT_EQ(scene.world.live_calls(), 0u);
  EXPECT_EQ(scene.bot.deliveries.size(), told) << "nothing of it was kept";
  scene.world.lose_commits(0);
  scene.world.crash();
  scene.world.run_for(seconds(5));
  EXPECT_EQ(scene.bot.deliveries.back().state(), "terminated");
  EXPECT_EQ(number(scene.bot.deliveries.back().data.at("resultInfo"), "subcode"), 9998);
}

TEST(LostCommit, DoesNotTakeWithItWhatRodeAlong) {
  CallScene scene;
  sim::Caller& other = scene.world.add_caller("bob");
  ASSERT_TRUE(scene.establish());
  const auto taken = [&] {
    return std::ranges::count_if(scene.world.store().notifications(), [](const auto& entry) {
      return entry.second.status == model::NotificationStatus::taken;
    });
  };
  ASSERT_TRUE(scene.world.run_until([&] { return scene.bot.deliveries.size() == 4; }));
  scene.world.run_for(milliseconds(20));
  ASSERT_EQ(taken(), 3) << "the last one waits for a ride";
  scene.world.lose_commits(1);
  other.invite("ivr");
  scene.world.run_for(seconds(1));
  EXPECT_GE(taken(), 4);
}

TEST(LostCommit, OfAnInviteIsToldToTheCallerOnly) {
  CallScene scene;
  scene.world.lose_commits(1'000);
  scene.caller.invite("ivr");
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(5)));
  scene.world.run_for(seconds(30));
  EXPECT_TRUE(scene.bot.deliveries.empty());
  EXPECT_EQ(scene.world.live_calls(), 0u);
}

TEST(LostCommit, OfARequestsAnswerDoesNotHoldUpOtherCalls) {
  CallScene scene;
  sim::Caller& other = scene.world.add_caller("bob");
  ASSERT_TRUE(scene.establish());
  const std::string lost = scene.call;
  other.invite("ivr");
  ASSERT_TRUE(scene.world.run_until([&] { return scene.bot.last_call() != lost; }, seconds(5)));
  const std::string good = scene.bot.last_call();
  scene.world.lose_commits(1);
  EXPECT_EQ(scene.post("mute").status, 503);
  scene.call = good;
  EXPECT_EQ(scene.post("answer", answer_body()).status, 202);
  EXPECT_TRUE(scene.world.run_until([&] { return other.is_answered(); }, seconds(5)));
}

}  // namespace
}  // namespace parley::scenarios
