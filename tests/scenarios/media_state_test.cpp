// A bot is told whether its caller's media flows.
#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

/// What the newest notification says of the caller's audio.
std::string audio(const CallScene& scene) {
  const model::Json& data = scene.bot.deliveries.back().data;
  const auto* media = data.as_object().if_contains("mediaState");
  return media ? text(*media, "audio") : "";
}

TEST(MediaState, IsInactiveWhenTheCallersMediaStopsAndActiveAgain) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  ASSERT_EQ(audio(scene), "active");
  scene.caller.send_media(false);
  scene.world.run_for(seconds(9));
  EXPECT_EQ(audio(scene), "active");
  ASSERT_TRUE(scene.world.run_until([&] { return audio(scene) == "inactive"; }, seconds(10)));
  EXPECT_EQ(scene.bot.deliveries.back().state(), "established");
  EXPECT_FALSE(scene.caller.is_over()) << "silence ends no call";
  scene.caller.send_media(true);
  EXPECT_TRUE(scene.world.run_until([&] { return audio(scene) == "active"; }, seconds(1)));
}

TEST(MediaState, StaysActiveWhileNobodySpeaks) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  const std::size_t told = scene.bot.deliveries.size();
  scene.world.run_for(seconds(60));
  EXPECT_EQ(scene.bot.deliveries.size(), told);
}

TEST(MediaState, IsToldInOrderWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.answer_and();
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(2));
    scene.caller.send_media(false);
    scene.world.run_for(seconds(20));
    scene.caller.send_media(true);
    scene.world.run_for(seconds(1));
    scene.caller.hang_up();
  });
}

}  // namespace
}  // namespace parley::scenarios
