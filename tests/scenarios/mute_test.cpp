#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(Mute, SilencesTheBotsPrompts) {
  CallScene scene;
  const dsp::Samples menu = voice(7, 2.0);
  scene.world.host("https://ivr.test/menu.wav", 200, wav(menu));
  ASSERT_TRUE(scene.establish());
  const auto muted = scene.post("mute", R"({"clientContext":"hush"})");
  EXPECT_EQ(muted.status, 200);
  EXPECT_EQ(text(muted.body, "@odata.type"), "#microsoft.graph.muteParticipantOperation");
  EXPECT_EQ(text(muted.body, "status"), "completed");
  EXPECT_EQ(text(muted.body, "clientContext"), "hush");
  const std::string operation =
      text(scene.post("playPrompt", prompts_body({"https://ivr.test/menu.wav"})).body, "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(6)));
  EXPECT_NE(missing_in(scene.caller.heard(), menu), "");
}

TEST(Mute, OfTheCallerKeepsItsVoiceOutOfARecording) {
  CallScene scene(options(), {.sound = voice(21, 6.0)});
  ASSERT_TRUE(scene.establish());
  scene.caller.mute(true);
  scene.world.run_for(milliseconds(200));
  const std::string operation =
      text(scene.post("recordResponse", R"({"initialSilenceTimeoutInSeconds":2})").body, "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(8)));
  EXPECT_EQ(number(scene.ended_operation(operation)->data.at("resultInfo"), "subcode"), 8514);
}

TEST(Mute, AndWhatIsPlayedUnderItIsToldWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.world.host("https://ivr.test/menu.wav", 200, wav(voice(7, 1.0)));
    scene.answer_and([&scene] {
      scene.ask("mute");
      scene.ask("playPrompt", prompts_body({"https://ivr.test/menu.wav"}));
    });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(5));
    scene.caller.hang_up();
  });
}

}  // namespace
}  // namespace parley::scenarios
