#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(CancelMediaProcessing, CancelsWhatRunsAndWaitsAndTheSoundStops) {
  CallScene scene;
  scene.world.host("https://ivr.test/long.wav", 200, wav(voice(9, 20.0)));
  ASSERT_TRUE(scene.establish());
  const auto play = [&] {
    return text(scene.post("playPrompt", prompts_body({"https://ivr.test/long.wav"})).body, "id");
  };
  const std::string running = play();
  const std::string waiting = play();
  scene.world.run_for(seconds(2));
  const auto cancelled = scene.post("cancelMediaProcessing", R"({"clientContext":"stop"})");
  EXPECT_EQ(cancelled.status, 200);
  EXPECT_EQ(text(cancelled.body, "status"), "completed");
  scene.world.run_for(seconds(1));
  for (const std::string& operation : {running, waiting}) {
    ASSERT_NE(scene.ended_operation(operation), nullptr);
    const model::Json& ended = scene.ended_operation(operation)->data;
    EXPECT_EQ(text(ended, "status"), "failed");
    EXPECT_EQ(number(ended.at("resultInfo"), "code"), 400);
    EXPECT_EQ(number(ended.at("resultInfo"), "subcode"), 8508);
  }
  const auto heard = scene.caller.packets_received();
  scene.world.run_for(seconds(3));
  EXPECT_LE(scene.caller.packets_received(), heard + 3);
}

TEST(CancelMediaProcessing, LeavesTheToneSubscription) {
  CallScene scene(options(), {.digits = "w2500 4"});
  ASSERT_TRUE(scene.establish());
  ASSERT_EQ(scene.post("subscribeToTone").status, 200);
  ASSERT_EQ(scene.post("cancelMediaProcessing").status, 200);
  EXPECT_TRUE(scene.world.run_until(
      [&] { return scene.bot.deliveries.back().data.as_object().contains("toneInfo"); },
      seconds(6)));
}

TEST(CancelMediaProcessing, IsToldOfEachOperationWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.world.host("https://ivr.test/long.wav", 200, wav(voice(9, 6.0)));
    scene.answer_and([&scene] {
      for (int i = 0; i < 2; ++i)
        scene.ask("playPrompt", prompts_body({"https://ivr.test/long.wav"}));
    });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(3));
    scene.ask("cancelMediaProcessing");
    scene.world.run_for(seconds(1));
    scene.caller.hang_up();
  });
}

}  // namespace
}  // namespace parley::scenarios
