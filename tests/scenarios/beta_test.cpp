// The preview surface, /beta/communications: what it has beyond v1.0 (api-contract §10).
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

constexpr const char* kMenu = "https://ivr.test/menu.wav";

CallScene beta_scene(sim::CallerOptions caller = {}) {
  return CallScene(options(), std::move(caller), model::Dialect::beta);
}

TEST(Beta, AnAnsweredCallIsToldAndShownUnderItsOwnRoot) {
  CallScene scene = beta_scene();
  ASSERT_TRUE(scene.establish());
  EXPECT_EQ(scene.path(), "/beta/communications/calls/" + scene.call);
  EXPECT_EQ(scene.bot.deliveries.back().resource, "/communications/calls/" + scene.call);
  const auto got = scene.get();
  ASSERT_EQ(got.status, 200);
  EXPECT_EQ(text(got.body, "@odata.context"),
            "https://parley.test/beta/$metadata#app/calls/$entity");
  EXPECT_EQ(text(got.body, "state"), "established");
  EXPECT_TRUE(got.body.at("terminationReason").is_null());
}

TEST(Beta, APromptTellsHowItCompleted) {
  CallScene scene = beta_scene();
  scene.world.host(kMenu, 200, wav(voice(7, 1.0)));
  ASSERT_TRUE(scene.establish());
  const auto started = scene.post("playPrompt", prompts_body({kMenu}, R"("loop":false)"));
  ASSERT_EQ(started.status, 200);
  const std::string operation = text(started.body, "id");
  EXPECT_EQ(started.header("Location"),
            "https://parley.test" + scene.path("operations/" + operation));
  EXPECT_EQ(text(scene.get("operations/" + operation).body, "status"), "running");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
  EXPECT_EQ(text(scene.ended_operation(operation)->data, "completionReason"),
            "completedSuccessfully");
  const auto got = scene.get("operations/" + operation);
  EXPECT_EQ(text(got.body, "status"), "completed");
  EXPECT_EQ(text(got.body, "completionReason"), "completedSuccessfully");
  EXPECT_EQ(scene.get("operations").body.at("value").as_array().size(), 1u);
}

TEST(Beta, ALoopingPromptEndsOnlyWhenItIsCancelled) {
  CallScene scene = beta_scene();
  scene.world.host(kMenu, 200, wav(voice(7, 1.0)));
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      text(scene.post("playPrompt", prompts_body({kMenu}, R"("loop":true)")).body, "id");
  EXPECT_FALSE(scene.wait_for_operation(operation, seconds(20)));
  const auto heard = scene.caller.packets_received();
  scene.world.run_for(seconds(5));
  EXPECT_GT(scene.caller.packets_received(), heard + 200) << "it still plays";
  EXPECT_EQ(scene.post("cancelMediaProcessing").status, 200);
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(1)));
  const model::Json& ended = scene.ended_operation(operation)->data;
  EXPECT_EQ(text(ended, "status"), "failed");
  EXPECT_EQ(text(ended, "completionReason"), "mediaOperationCanceled");
  EXPECT_EQ(number(ended.at("resultInfo"), "subcode"), 8508);
}

TEST(Beta, ARecordingTellsWhyItEndedInAMemberAndNotInTheMessage) {
  CallScene scene = beta_scene({.sound = voice(21, 8.0), .digits = "w3000 #"});
  ASSERT_TRUE(scene.establish());
  const auto started = scene.post(
      "recordResponse", R"({"maxRecordDurationInSeconds":20,"playBeep":false,"stopTones":["#"]})");
  ASSERT_EQ(started.status, 200);
  const std::string operation = text(started.body, "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(8)));
  const model::Json& ended = scene.ended_operation(operation)->data;
  EXPECT_EQ(text(ended, "completionReason"), "stopToneDetected");
  EXPECT_EQ(text(ended.at("resultInfo"), "message").find("stopToneDetected"), std::string::npos);
  EXPECT_FALSE(text(ended, "recordingLocation").empty());
  EXPECT_FALSE(text(ended, "recordingAccessToken").empty());
}

TEST(Beta, TheEndOfACallTellsItsTerminationReason) {
  CallScene scene = beta_scene();
  ASSERT_TRUE(scene.establish());
  EXPECT_EQ(scene.world.call_api(scene.bot, "DELETE", scene.path()).status, 204);
  scene.world.run_for(seconds(1));
  const model::Json& ended = scene.bot.deliveries.back().data;
  EXPECT_EQ(text(ended, "state"), "terminated");
  EXPECT_EQ(text(ended, "terminationReason"), "AppInitiated");
  EXPECT_EQ(number(ended.at("resultInfo"), "code"), 200);
}

TEST(Beta, AnOperationSpeaksAsTheRequestThatStartedItAndNotAsItsCall) {
  CallScene scene;
  scene.world.host(kMenu, 200, wav(voice(7, 0.5)));
  ASSERT_TRUE(scene.establish());
  const auto started = scene.world.call_api(
      scene.bot, "POST", "/beta/communications/calls/" + scene.call + "/playPrompt",
      prompts_body({kMenu}));
  const std::string operation = text(started.body, "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
  EXPECT_EQ(text(scene.ended_operation(operation)->data, "completionReason"),
            "completedSuccessfully");
  scene.caller.hang_up();
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.bot.deliveries.back().state(), "terminated");
  EXPECT_FALSE(scene.bot.deliveries.back().data.as_object().contains("terminationReason"));
}

}  // namespace
}  // namespace parley::scenarios
