#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(Unmute, LetsTheBotsPromptsThroughAgain) {
  CallScene scene;
  const dsp::Samples menu = voice(7, 2.0);
  scene.world.host("https://ivr.test/menu.wav", 200, wav(menu));
  ASSERT_TRUE(scene.establish());
  ASSERT_EQ(scene.post("mute").status, 200);
  const auto unmuted = scene.post("unmute");
  EXPECT_EQ(unmuted.status, 200);
  EXPECT_EQ(text(unmuted.body, "@odata.type"), "#microsoft.graph.unmuteParticipantOperation");
  const std::string operation =
      text(scene.post("playPrompt", prompts_body({"https://ivr.test/menu.wav"})).body, "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(6)));
  scene.world.run_for(milliseconds(500));
  EXPECT_EQ(missing_in(scene.caller.heard(), menu), "");
}

TEST(Unmute, AndWhatIsPlayedAfterItIsToldWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.world.host("https://ivr.test/menu.wav", 200, wav(voice(7, 1.0)));
    scene.answer_and([&scene] {
      scene.ask("mute");
      scene.ask("unmute");
      scene.ask("playPrompt", prompts_body({"https://ivr.test/menu.wav"}));
    });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(5));
    scene.caller.hang_up();
  });
}

}  // namespace
}  // namespace parley::scenarios
