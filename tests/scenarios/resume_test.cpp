// A lost socket does not end a call: the user has 30 s to come back.
#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

constexpr const char* kMenu = "https://ivr.test/menu.wav";

/// Loses the caller's socket and keeps it away for that long.
void be_away(CallScene& scene, Duration away) {
  scene.caller.go_offline();
  scene.world.run_for(away);
  scene.caller.go_online();
}

TEST(Resume, GoesOnWithTheCallWhoseSoundNeverStopped) {
  CallScene scene;
  const dsp::Samples menu = voice(7, 6.0);
  scene.world.host(kMenu, 200, wav(menu));
  ASSERT_TRUE(scene.establish());
  const std::string operation = text(scene.post("playPrompt", prompts_body({kMenu})).body, "id");
  scene.world.run_for(seconds(1));
  be_away(scene, seconds(3));
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
  scene.world.run_for(seconds(1));
  EXPECT_EQ(missing_in(scene.caller.heard(), menu), "");
  // The socket works again, both ways.
  EXPECT_FALSE(scene.caller.is_over());
  scene.caller.hang_up();
  ASSERT_TRUE(scene.world.run_until(
      [&] { return scene.bot.deliveries.back().state() == "terminated"; }, seconds(1)));
  EXPECT_EQ(number(scene.bot.deliveries.back().data.at("resultInfo"), "subcode"), 4521);
}

TEST(Resume, IsPossibleUntilTheWindowEnds) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  be_away(scene, seconds(28));
  scene.world.run_for(seconds(60));
  EXPECT_FALSE(scene.caller.is_over());
  EXPECT_EQ(scene.world.live_calls(), 1u);
}

TEST(Resume, ThatDoesNotComeInTimeEndsTheCall) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  scene.caller.go_offline();
  scene.world.run_for(seconds(29));
  EXPECT_EQ(scene.world.live_calls(), 1u);
  scene.world.run_for(seconds(2));
  EXPECT_EQ(scene.world.live_calls(), 0u);
  const sim::Delivery& told = scene.bot.deliveries.back();
  EXPECT_EQ(told.change_type, "deleted");
  EXPECT_EQ(number(told.data.at("resultInfo"), "code"), 200);
  EXPECT_EQ(number(told.data.at("resultInfo"), "subcode"), 18503);
  EXPECT_TRUE(scene.caller.is_over());
}

TEST(Resume, BringsWhatTheServerSaidMeanwhileInOrder) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_ringing(); }, seconds(1)));
  const std::size_t heard = scene.caller.told().size();
  scene.caller.go_offline();
  ASSERT_EQ(scene.post("answer", answer_body()).status, 202);
  scene.world.run_for(seconds(5));
  EXPECT_FALSE(scene.caller.is_answered()) << "it was not away";
  EXPECT_EQ(scene.caller.told().size(), heard);
  scene.caller.go_online();
  scene.world.run_for(seconds(3));
  const std::vector<std::string> meanwhile(scene.caller.told().begin() + std::ptrdiff_t(heard),
                                           scene.caller.told().end());
  EXPECT_EQ(meanwhile, (std::vector<std::string>{"welcome", "progress", "answered"}));
  EXPECT_TRUE(scene.caller.is_answered());
}

TEST(Resume, HearsOfACallThatEndedMeanwhile) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.caller.go_offline();
  ASSERT_EQ(scene.world.call_api(scene.bot, "DELETE", scene.path()).status, 204);
  scene.world.run_for(seconds(5));
  scene.caller.go_online();
  EXPECT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(3)));
  ASSERT_TRUE(scene.caller.ended());
  EXPECT_EQ(scene.caller.ended()->reason, model::EndReason::hangup);
  EXPECT_EQ(scene.caller.ended()->subcode, 7000);
}

TEST(Resume, BringsTheServersAnswerThatADyingSocketLost) {
  CallScene scene;
  scene.caller.invite("ivr");
  ASSERT_TRUE(scene.world.run_until([&] { return !scene.caller.told().empty(); }, seconds(1)));
  scene.caller.stop_hearing();
  ASSERT_TRUE(scene.world.run_until([&] { return !scene.bot.deliveries.empty(); }, seconds(2)));
  scene.call = scene.bot.last_call();
  ASSERT_EQ(scene.post("answer", answer_body()).status, 202);
  scene.world.run_for(seconds(2));
  EXPECT_EQ(scene.caller.told(), std::vector<std::string>{"welcome"});
  scene.caller.lose_socket();
  EXPECT_TRUE(scene.world.run_until([&] { return scene.caller.is_answered(); }, seconds(5)));
  EXPECT_EQ(scene.caller.told(), (std::vector<std::string>{"welcome", "welcome", "ok", "progress",
                                                           "progress", "answered"}));
}

TEST(Resume, BringsAnAnsweredThatADyingSocketLostAndNothingTwice) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_ringing(); }, seconds(1)));
  const std::size_t heard = scene.caller.told().size();
  scene.caller.stop_hearing();
  ASSERT_EQ(scene.post("answer", answer_body()).status, 202);
  scene.world.run_for(seconds(5));
  EXPECT_FALSE(scene.caller.is_answered()) << "it heard";
  scene.caller.lose_socket();
  scene.world.run_for(seconds(1));
  scene.caller.lose_socket();
  scene.world.run_for(seconds(1));
  const std::vector<std::string> meanwhile(scene.caller.told().begin() + std::ptrdiff_t(heard),
                                           scene.caller.told().end());
  EXPECT_EQ(meanwhile, (std::vector<std::string>{"welcome", "progress", "answered", "welcome"}));
}

TEST(Resume, BringsTheEndThatADyingSocketLost) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.caller.stop_hearing();
  ASSERT_EQ(scene.world.call_api(scene.bot, "DELETE", scene.path()).status, 204);
  scene.world.run_for(seconds(2));
  ASSERT_FALSE(scene.caller.is_over());
  scene.caller.lose_socket();
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(1)));
  ASSERT_TRUE(scene.caller.ended());
  EXPECT_EQ(scene.caller.ended()->subcode, 7000);
}

TEST(Resume, ThatDoesNotComeIsToldWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.answer_and();
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(3));
    scene.caller.go_offline();
    scene.world.run_for(seconds(32));
  });
}

}  // namespace
}  // namespace parley::scenarios
