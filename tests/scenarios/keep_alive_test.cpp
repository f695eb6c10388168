#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

using std::chrono::minutes;

TEST(KeepAlive, PutsTheEndOff) {
  auto world = options();
  world.shard.calling.keep_alive_window = minutes(2);
  CallScene scene(std::move(world));
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(100));
  const auto kept = scene.post("keepAlive", "");
  EXPECT_EQ(kept.status, 200);
  EXPECT_TRUE(kept.body.is_null());
  scene.world.run_for(seconds(100));
  EXPECT_FALSE(scene.caller.is_over());
}

TEST(KeepAlive, ThatIsMissedEndsTheCall) {
  auto world = options();
  world.shard.calling.keep_alive_window = minutes(2);
  CallScene scene(std::move(world));
  ASSERT_TRUE(scene.establish());
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(125)));
  scene.world.run_for(seconds(1));
  EXPECT_EQ(number(scene.bot.deliveries.back().data.at("resultInfo"), "subcode"), 8537);
  EXPECT_EQ(scene.post("keepAlive", "").status, 404);
}

TEST(KeepAlive, IsNotUnderApp) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  EXPECT_EQ(scene.world.call_api(scene.bot, "POST", "/beta/app/calls/" + scene.call + "/keepAlive")
                .status,
            404);
}

TEST(KeepAlive, ThatIsMissedIsToldWheneverTheProcessDies) {
  SceneOptions scenes;
  scenes.world.shard.calling.keep_alive_window = seconds(10);
  const auto play = [](CallScene& scene) {
    scene.answer_and();
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(12));
  };
  repeat_with_crashes(play, scenes);
}

}  // namespace
}  // namespace parley::scenarios
