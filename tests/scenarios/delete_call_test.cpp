#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(DeleteCall, EndsItForBothAndTellsTheStatesInOrder) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.world.call_api(scene.bot, "DELETE", call_path(scene.call)).status, 204);
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(2)));
  EXPECT_EQ(scene.caller.ended()->reason, model::EndReason::hangup);
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.bot.states(),
            "incoming establishing established established terminating terminated");
  const model::Json& result = scene.bot.deliveries.back().data.at("resultInfo");
  EXPECT_EQ(number(result, "code"), 200);
  EXPECT_EQ(number(result, "subcode"), 7000);
  EXPECT_EQ(scene.world.call_api(scene.bot, "GET", call_path(scene.call)).status, 404);
}

TEST(DeleteCall, OfAnIncomingCallIsAReject) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  EXPECT_EQ(scene.world.call_api(scene.bot, "DELETE", call_path(scene.call)).status, 204);
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(2)));
  EXPECT_EQ(scene.caller.ended()->reason, model::EndReason::declined);
}

TEST(DeleteCall, TellsOpenOperationsBeforeTheEnd) {
  CallScene scene;
  scene.world.host("https://ivr.test/long.wav", 200, wav(voice(9, 20.0)));
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      text(scene.post("playPrompt", prompts_body({"https://ivr.test/long.wav"})).body, "id");
  scene.world.run_for(seconds(1));
  ASSERT_EQ(scene.world.call_api(scene.bot, "DELETE", call_path(scene.call)).status, 204);
  scene.world.run_for(seconds(1));
  ASSERT_NE(scene.ended_operation(operation), nullptr);
  EXPECT_EQ(number(scene.ended_operation(operation)->data.at("resultInfo"), "subcode"), 8508);
  EXPECT_LT(scene.ended_operation(operation)->at, scene.bot.deliveries.back().at);
}

TEST(DeleteCall, OfAnotherApplicationsCallIsNotFound) {
  CallScene scene;
  sim::Bot& other = scene.world.add_bot("other");
  ASSERT_TRUE(scene.ring());
  const auto refused = scene.world.call_api(other, "DELETE", call_path(scene.call));
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(text(refused.body.at("error"), "code"), "8522");
}

TEST(DeleteCall, TellsOpenOperationsAndTheEndWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.world.host("https://ivr.test/long.wav", 200, wav(voice(9, 6.0)));
    scene.answer_and(
        [&scene] { scene.ask("playPrompt", prompts_body({"https://ivr.test/long.wav"})); });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(3));
    scene.ask_to_delete();
    scene.world.run_for(seconds(3));
    EXPECT_TRUE(scene.caller.is_over());
  });
}

}  // namespace
}  // namespace parley::scenarios
