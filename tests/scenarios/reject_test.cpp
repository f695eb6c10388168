#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(Reject, TellsTheCallerWhyAndTheBotThatTheCallIsDeleted) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  EXPECT_EQ(scene.post("reject", R"({"reason":"busy"})").status, 202);
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(2)));
  EXPECT_EQ(scene.caller.ended()->reason, model::EndReason::busy);
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.bot.deliveries.back().change_type, "deleted");
  EXPECT_EQ(scene.bot.deliveries.back().state(), "");
  EXPECT_EQ(scene.post("reject").status, 404);
}

TEST(Reject, IsRefusedAfterTheAnswer) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  EXPECT_EQ(scene.post("reject").status, 409);
}

TEST(Reject, NamesAnUnknownReason) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  const auto refused = scene.post("reject", R"({"reason":"tired"})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(text(refused.body.at("error"), "message").find("reason"), std::string::npos);
}

TEST(Reject, SendsTheEndToItsCallbackUri) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  EXPECT_EQ(scene.post("reject", R"({"callbackUri":"https://ivr.test/calls/mine"})").status, 202);
  scene.world.run_for(seconds(1));
  ASSERT_EQ(scene.bot.deliveries.size(), 2u);
  EXPECT_EQ(scene.bot.deliveries.front().url, "https://ivr.test/calls");
  EXPECT_EQ(scene.bot.deliveries.back().url, "https://ivr.test/calls/mine");
  EXPECT_EQ(scene.bot.deliveries.back().change_type, "deleted");
}

TEST(Reject, RefusesACallbackUriThatItMayNotCallAndChangesNothing) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  for (const auto& [url, rule] : forbidden_urls()) {
    const auto refused = scene.post("reject", R"({"callbackUri":")" + url + R"("})");
    EXPECT_EQ(refused.status, 400) << url;
    EXPECT_TRUE(refusal(refused).starts_with("callbackUri: ")) << refusal(refused);
    EXPECT_NE(refusal(refused).find(rule), std::string::npos) << refusal(refused);
  }
  EXPECT_EQ(scene.post("reject", R"({"callbackUri":""})").status, 202) << "as if none were named";
}

TEST(Reject, IsToldWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.bot.on_delivery = [&scene](const sim::Delivery& delivery) {
      scene.call = delivery.call_id();
      if (delivery.change_type == "created") scene.ask("reject", R"({"reason":"busy"})");
      return sim::WebhookReply{};
    };
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(3));
    EXPECT_TRUE(scene.caller.is_over());
  });
}

}  // namespace
}  // namespace parley::scenarios
