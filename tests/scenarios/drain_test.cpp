// What a call that outlasts the server's drain time is told, while the server still runs.
#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(Drain, EndsWhatStillRunsAndTellsBothEnds) {
  CallScene scene;
  scene.world.host("https://prompts.test/long.wav", 200, wav(voice(1, 20)));
  ASSERT_TRUE(scene.establish());
  const auto playing = scene.post("playPrompt", prompts_body({"https://prompts.test/long.wav"}));
  ASSERT_EQ(playing.status, 200);
  scene.world.run_for(seconds(2));

  scene.world.end_calls();
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.world.live_calls(), 0u);
  ASSERT_TRUE(scene.caller.ended());
  EXPECT_EQ(scene.caller.ended()->reason, model::EndReason::platform_restarted);
  const sim::Delivery* play = scene.ended_operation(text(playing.body, "id"));
  ASSERT_NE(play, nullptr);
  EXPECT_EQ(text(play->data, "status"), "failed");
  const sim::Delivery& last = scene.bot.deliveries.back();
  EXPECT_EQ(last.state(), "terminated");
  const auto& info = last.data.as_object().at("resultInfo");
  EXPECT_EQ(number(info, "code"), 500);
  EXPECT_EQ(number(info, "subcode"), 9998);
  expect_told_in_order(scene.bot);
}

TEST(Drain, EndsAnUnansweredCall) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  scene.world.end_calls();
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.world.live_calls(), 0u);
  ASSERT_TRUE(scene.caller.ended());
  EXPECT_EQ(scene.caller.ended()->reason, model::EndReason::platform_restarted);
}

TEST(Drain, HoldsThroughCrashes) {
  repeat_with_crashes([](CallScene& scene) {
    scene.world.host("https://prompts.test/long.wav", 200, wav(voice(1, 20)));
    scene.answer_and(
        [&] { scene.ask("playPrompt", prompts_body({"https://prompts.test/long.wav"})); });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(2));
    scene.world.end_calls();
    scene.world.run_for(seconds(1));
  });
}

}  // namespace
}  // namespace parley::scenarios
