// Who may speak over a record's prompt is recorded from his first word.
#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

constexpr const char* kLong = "https://ivr.test/long.wav";

/// A caller who is silent for two seconds, then says `words`.
dsp::Samples after_silence(const dsp::Samples& words) {
  dsp::Samples sound(32'000, 0);
  sound.insert(sound.end(), words.begin(), words.end());
  return sound;
}

std::string record(CallScene& scene, const std::string& more) {
  return text(scene.post("recordResponse", prompts_body({kLong}, more)).body, "id");
}

TEST(BargeIn, BySpeechStopsThePromptAndRecordsFromTheFirstWord) {
  const dsp::Samples words = voice(21, 2.0);
  const dsp::Samples prompt = voice(9, 8.0);
  CallScene scene(options(), {.sound = after_silence(words)});
  scene.world.host(kLong, 200, wav(prompt));
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      record(scene, R"("bargeInAllowed":true,"maxSilenceTimeoutInSeconds":2)");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(7))) << "the prompt went on";
  EXPECT_EQ(text(scene.ended_operation(operation)->data, "status"), "completed");
  EXPECT_EQ(missing_in(recorded(scene.world, operation), words), "");
  EXPECT_NE(missing_in(scene.caller.heard(), prompt), "");
  // It was played until the caller spoke.
  EXPECT_EQ(missing_in(scene.caller.heard(), {prompt.begin(), prompt.begin() + 16'000}), "");
}

TEST(BargeIn, ByAKeyStopsThePromptAndRecords) {
  const dsp::Samples prompt = voice(9, 8.0);
  CallScene scene(options(), {.digits = "w1500 5"});
  scene.world.host(kLong, 200, wav(prompt));
  ASSERT_TRUE(scene.establish());
  const std::string operation = record(
      scene, R"("bargeInAllowed":true,"initialSilenceTimeoutInSeconds":2,"stopTones":["#"])");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(6))) << "the prompt went on";
  // Nobody spoke after the key: the silence was measured, so the recording had begun.
  EXPECT_EQ(number(scene.ended_operation(operation)->data.at("resultInfo"), "subcode"), 8514);
  EXPECT_NE(missing_in(scene.caller.heard(), prompt), "");
}

TEST(BargeIn, WhereItIsNotAllowedThePromptIsPlayedToItsEnd) {
  const dsp::Samples prompt = voice(9, 5.0);
  CallScene scene(options(), {.sound = after_silence(voice(21, 1.0)), .digits = "w1500 5"});
  scene.world.host(kLong, 200, wav(prompt));
  ASSERT_TRUE(scene.establish());
  const std::string operation = record(scene, R"("initialSilenceTimeoutInSeconds":2)");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(12)));
  EXPECT_EQ(missing_in(scene.caller.heard(), prompt), "");
  EXPECT_EQ(number(scene.ended_operation(operation)->data.at("resultInfo"), "subcode"), 8514)
      << "what was said over the prompt is not recorded";
}

TEST(BargeIn, TellsItsEndWheneverTheProcessDies) {
  const auto play = [](CallScene& scene) {
    scene.world.host(kLong, 200, wav(voice(9, 8.0)));
    scene.answer_and([&scene] {
      scene.ask("playPrompt", prompts_body({kLong}));
      scene.ask("recordResponse",
                prompts_body({kLong}, R"("bargeInAllowed":true,"maxSilenceTimeoutInSeconds":1)"));
    });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(8));
    scene.caller.hang_up();
  };
  repeat_with_crashes(play, {.caller = {.sound = after_silence(voice(21, 1.0))}});
}

}  // namespace
}  // namespace parley::scenarios
