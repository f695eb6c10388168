#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

std::vector<std::string> tones(const sim::Bot& bot) {
  std::vector<std::string> told;
  for (const sim::Delivery& delivery : bot.deliveries) {
    const auto* data = delivery.data.if_object();
    const auto* tone = data ? data->if_contains("toneInfo") : nullptr;
    if (tone)
      told.push_back(std::to_string(number(*tone, "sequenceId")) + " " + text(*tone, "tone"));
  }
  return told;
}

TEST(SubscribeToTone, TellsEachKeyOnceInOrder) {
  CallScene scene(options(), {.digits = "w2000 1w200 2w200 #"});
  ASSERT_TRUE(scene.establish());
  const auto subscribed = scene.post("subscribeToTone", R"({"clientContext":"keys"})");
  EXPECT_EQ(subscribed.status, 200);
  EXPECT_EQ(text(subscribed.body, "@odata.type"), "#microsoft.graph.subscribeToToneOperation");
  EXPECT_EQ(text(subscribed.body, "clientContext"), "keys");
  EXPECT_FALSE(subscribed.header("Location").empty());
  scene.world.run_for(seconds(6));
  EXPECT_EQ(tones(scene.bot), (std::vector<std::string>{"1 tone1", "2 tone2", "3 pound"}));
}

TEST(SubscribeToTone, TellsThemOnceOverALossyNetworkToo) {
  auto world = options(5);
  world.link = {
      .loss = 0.1, .duplicate = 0.1, .delay = milliseconds(10), .jitter = milliseconds(15)};
  CallScene scene(std::move(world), {.digits = "w3000 5w300 5"});
  ASSERT_TRUE(scene.establish());
  ASSERT_EQ(scene.post("subscribeToTone").status, 200);
  scene.world.run_for(seconds(8));
  EXPECT_EQ(tones(scene.bot), (std::vector<std::string>{"1 tone5", "2 tone5"}));
}

TEST(SubscribeToTone, IsNeeded) {
  CallScene scene(options(), {.digits = "w500 1"});
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(3));
  EXPECT_TRUE(tones(scene.bot).empty());
}

TEST(SubscribeToTone, LeavesNoToneInTheStore) {
  CallScene scene(options(), {.digits = "w1500 7"});
  ASSERT_TRUE(scene.establish());
  ASSERT_EQ(scene.post("subscribeToTone").status, 200);
  scene.world.run_for(seconds(4));
  ASSERT_EQ(tones(scene.bot).size(), 1u);
  for (const auto& [id, notification] : scene.world.store().notifications())
    EXPECT_EQ(notification.payload.find("tone7"), std::string::npos);
  for (const auto& line : scene.world.store().timeline())
    EXPECT_EQ(line.entry.find("tone7"), std::string::npos);
}

TEST(SubscribeToTone, GoesDownWithTheProcessAndLeavesNothingUndone) {
  const auto play = [](CallScene& scene) {
    scene.answer_and([&scene] { scene.ask("subscribeToTone"); });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(5));
    scene.caller.hang_up();
  };
  repeat_with_crashes(play, {.caller = {.digits = "w1000 1w200 2w200 #"}});
}

}  // namespace
}  // namespace parley::scenarios
