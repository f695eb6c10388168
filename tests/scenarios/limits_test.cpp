// What a caller hears at a limit of the shard or of its session.
#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(Limits, AFullShardAnswersUnavailableAndTakesCallsAgainLater) {
  auto world_options = options();
  world_options.shards = 1;
  world_options.shard.max_calls = 1;
  CallScene scene(std::move(world_options));
  sim::Caller& bob = scene.world.add_caller("bob");
  sim::Caller& carol = scene.world.add_caller("carol");
  ASSERT_TRUE(scene.establish());
  bob.invite("ivr");
  ASSERT_TRUE(scene.world.run_until([&] { return bob.is_over(); }, seconds(2)));
  ASSERT_TRUE(bob.failed());
  EXPECT_EQ(bob.failed()->code, model::ClientErrorCode::unavailable);
  EXPECT_FALSE(bob.failed()->text.empty());
  EXPECT_FALSE(scene.caller.is_over()) << "a refusal is nobody else's matter";
  EXPECT_EQ(scene.world.live_calls(), 1u);
  scene.caller.hang_up();
  scene.world.run_for(seconds(2));
  carol.invite("ivr");
  EXPECT_TRUE(scene.world.run_until([&] { return carol.is_ringing(); }, seconds(2)));
}

TEST(Limits, AnOverloadedShardBeginsNothingNewAndRunningCallsGoOn) {
  auto world_options = options();
  world_options.shards = 1;
  CallScene scene(std::move(world_options));
  sim::Caller& bob = scene.world.add_caller("bob");
  sim::Caller& carol = scene.world.add_caller("carol");
  ASSERT_TRUE(scene.establish());
  bob.invite("ivr");
  std::string bobs;
  const auto is_told_of_bob = [&] {
    bobs = scene.bot.deliveries.back().call_id();
    return bobs != scene.call;
  };
  ASSERT_TRUE(scene.world.run_until(is_told_of_bob, seconds(2)));

  scene.world.load(76);
  carol.invite("ivr");
  ASSERT_TRUE(scene.world.run_until([&] { return carol.is_over(); }, seconds(2)));
  ASSERT_TRUE(carol.failed());
  EXPECT_EQ(carol.failed()->code, model::ClientErrorCode::unavailable);
  const auto answer_bob = [&] {
    return scene.world.call_api(scene.bot, "POST", "/v1.0/communications/calls/" + bobs + "/answer",
                                answer_body());
  };
  const auto refused = answer_bob();
  EXPECT_EQ(refused.status, 503);
  EXPECT_FALSE(refused.header("Retry-After").empty());
  EXPECT_EQ(scene.post("mute").status, 200);
  EXPECT_EQ(scene.post("answer", answer_body()).status, 409) << "it is answered already";
  EXPECT_EQ(scene.world.counters().all().at("overload_refusals_total"), 1u);

  scene.world.load(61);
  EXPECT_EQ(answer_bob().status, 503) << "not yet calm";
  scene.world.load(60);
  EXPECT_EQ(answer_bob().status, 202) << "within the bot's time to answer";
  EXPECT_TRUE(scene.world.run_until([&] { return bob.is_answered(); }, seconds(5)));
  EXPECT_FALSE(scene.caller.is_over());
}

TEST(Limits, ASecondCallOfASessionIsRefused) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  const std::size_t told = scene.caller.told().size();
  scene.caller.send_raw(
      R"({"type":"invite","id":"second","call":"another","to":"ivr","sdp":"v=0"})");
  scene.world.run_for(seconds(1));
  ASSERT_EQ(scene.caller.told().size(), told + 1);
  EXPECT_EQ(scene.caller.told().back(), "error tooManyCalls");
  EXPECT_FALSE(scene.caller.is_over());
  EXPECT_EQ(scene.world.live_calls(), 1u);
}

TEST(Limits, ANameThatSeveralBotsHaveIsRefusedWithTheRemedy) {
  CallScene scene;
  sim::Caller& bob = scene.world.add_caller("bob");
  sim::Bot& twin = scene.world.add_bot("IVR");
  scene.caller.invite("ivr");
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(2)));
  ASSERT_TRUE(scene.caller.failed());
  EXPECT_EQ(scene.caller.failed()->code, model::ClientErrorCode::unknown_target);
  const std::string& why = scene.caller.failed()->text;
  EXPECT_NE(why.find("Several bots"), std::string::npos) << why;
  EXPECT_NE(why.find("by its id"), std::string::npos) << why;
  bob.invite(to_text(twin.application));
  EXPECT_TRUE(scene.world.run_until([&] { return !twin.deliveries.empty(); }, seconds(2)));
  EXPECT_TRUE(scene.bot.deliveries.empty());
}

}  // namespace
}  // namespace parley::scenarios
