#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(Answer, EstablishesTheCallAndTellsEachStateInOrder) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.bot.states(), "incoming establishing established established");
  EXPECT_EQ(text(scene.bot.deliveries.back().data.at("mediaState"), "audio"), "active");
}

TEST(Answer, ASecondTimeIsRefusedWithTheStateThatAllowsIt) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  const auto again = scene.post("answer", answer_body());
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(text(again.body.at("error"), "code"), "invalidCallState");
  const std::string message = text(again.body.at("error"), "message");
  EXPECT_NE(message.find("established"), std::string::npos) << message;
  EXPECT_NE(message.find("incoming"), std::string::npos) << message;
}

TEST(Answer, WithAWrongBodyNamesTheMemberAndChangesNothing) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  const auto wrong = scene.post("answer", R"({"acceptedModalities":["audio"]})");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(text(wrong.body.at("error"), "message").find("mediaConfig"), std::string::npos);
  const auto app_hosted = scene.post(
      "answer",
      R"({"acceptedModalities":["audio"],)"
      R"("mediaConfig":{"@odata.type":"#microsoft.graph.appHostedMediaConfig","blob":"{}"}})");
  EXPECT_EQ(app_hosted.status, 400);
  EXPECT_EQ(scene.post("answer", answer_body()).status, 202);
}

TEST(Answer, SendsLaterNotificationsToItsCallbackUri) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  std::string body = answer_body();
  body.replace(body.find("https://ivr.test/calls"), 22, "https://ivr.test/calls/mine");
  EXPECT_EQ(scene.post("answer", body).status, 202);
  scene.world.run_for(seconds(2));
  for (const auto& [id, notification] : scene.world.store().notifications())
    EXPECT_EQ(notification.url, notification.sequence == 1 ? "https://ivr.test/calls"
                                                           : "https://ivr.test/calls/mine");
}

TEST(Answer, EndsTheCallWhenMediaDoesNotConnect) {
  auto world = options();
  world.link.loss = 1.0;
  CallScene scene(std::move(world));
  ASSERT_TRUE(scene.ring());
  ASSERT_EQ(scene.post("answer", answer_body()).status, 202);
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(20)));
  EXPECT_EQ(scene.caller.ended()->code, 410);
  EXPECT_EQ(scene.caller.ended()->subcode, 301005);
}

TEST(Answer, IsToldInOrderWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.answer_and();
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(5));
    scene.caller.hang_up();
  });
}

TEST(Answer, WithoutMediaIsToldToItsEndWheneverTheProcessDies) {
  SceneOptions scenes;
  scenes.world.link.loss = 1.0;
  const auto play = [](CallScene& scene) {
    scene.answer_and();
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(20));
  };
  repeat_with_crashes(play, scenes);
}

}  // namespace
}  // namespace parley::scenarios
