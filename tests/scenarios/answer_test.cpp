#include <gtest/gtest.h>

#include <algorithm>

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

/// The body of an answer with other members than the usual ones.
std::string answer_with(const std::string& callback_uri, const std::string& pre_fetch = "[]") {
  return R"({"callbackUri":")" + callback_uri + R"(","acceptedModalities":["audio"],)" +
         R"("mediaConfig":{"@odata.type":"#microsoft.graph.serviceHostedMediaConfig",)" +
         R"("preFetchMedia":)" + pre_fetch + "}}";
}

TEST(Answer, RefusesACallbackUriThatItMayNotCallAndNamesTheRule) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  for (const auto& [url, rule] : forbidden_urls()) {
    const auto refused = scene.post("answer", answer_with(url));
    EXPECT_EQ(refused.status, 400) << url;
    EXPECT_TRUE(refusal(refused).starts_with("callbackUri: ")) << refusal(refused);
    EXPECT_NE(refusal(refused).find(rule), std::string::npos) << refusal(refused);
  }
  EXPECT_EQ(scene.post("answer", answer_with("http://127.0.0.1:3000/calls")).status, 202)
      << "nothing was changed, and plain http to loopback is allowed here";
}

TEST(Answer, FetchesItsMediaBeforeTheyAreAskedFor) {
  constexpr const char* kMenu = "https://ivr.test/menu.wav";
  CallScene scene;
  scene.world.host(kMenu, 200, wav(voice(7, 0.5)));
  ASSERT_TRUE(scene.ring());
  const std::string media =
      R"({"uri":"https://ivr.test/menu.wav","resourceId":"1D6DE2D4-CD51-4309-8DAA-70768651088E"})";
  ASSERT_EQ(scene.post("answer", answer_with("", "[" + media + "]")).status, 202);
  ASSERT_TRUE(scene.world.run_until(
      [&] { return scene.bot.states().find("established") != std::string::npos; }, seconds(5)));
  EXPECT_EQ(scene.world.fetches_of(kMenu), 1u);
  const auto played = scene.post(
      "playPrompt",
      R"({"prompts":[{"@odata.type":"#microsoft.graph.mediaPrompt","mediaInfo":)" + media + "}]}");
  ASSERT_TRUE(scene.wait_for_operation(text(played.body, "id"), seconds(3)));
  EXPECT_EQ(text(scene.ended_operation(text(played.body, "id"))->data, "status"), "completed");
  EXPECT_EQ(scene.world.fetches_of(kMenu), 1u);
}

TEST(Answer, RefusesMediaThatItMayNotFetchAndNamesTheEntry) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  for (const auto& [url, rule] : forbidden_urls()) {
    const auto refused = scene.post(
        "answer", answer_with("", R"([{"uri":"https://ivr.test/a.wav","resourceId":"a"},)"
                                  R"({"uri":")" +
                                      url + R"(","resourceId":"b"}])"));
    EXPECT_EQ(refused.status, 400) << url;
    EXPECT_TRUE(refusal(refused).starts_with("mediaConfig.preFetchMedia[1].uri: "))
        << refusal(refused);
    EXPECT_NE(refusal(refused).find(rule), std::string::npos) << refusal(refused);
  }
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.world.fetches_of("https://ivr.test/a.wav"), 0u);
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

TEST(Answer, IsProofAfterACrashThatTheBotHadHeardOfTheCall) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  ASSERT_EQ(scene.post("answer", answer_body()).status, 202);
  const auto created = [&] {
    const auto& rows = scene.world.store().notifications();
    return std::ranges::find_if(rows, [](const auto& row) { return row.second.sequence == 1; })
        ->second.status;
  };
  ASSERT_EQ(created(), model::NotificationStatus::pending) << "its row waits for a ride";
  scene.world.crash();
  scene.world.run_for(seconds(5));
  EXPECT_EQ(created(), model::NotificationStatus::taken);
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
