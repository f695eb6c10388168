#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(GetOperation, ShowsWhatRunsAndWhatCompleted) {
  CallScene scene;
  scene.world.host("https://ivr.test/menu.wav", 200, wav(voice(7, 1.0)));
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      text(scene.post("playPrompt", prompts_body({"https://ivr.test/menu.wav"})).body, "id");
  const auto get = [&] {
    return scene.world.call_api(scene.bot, "GET", call_path(scene.call, "operations/" + operation));
  };
  EXPECT_EQ(text(get().body, "status"), "running");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
  EXPECT_EQ(text(get().body, "status"), "completed");
}

TEST(GetOperation, OfAnUnknownIdIsNotFound) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  EXPECT_EQ(
      scene.world.call_api(scene.bot, "GET", call_path(scene.call, "operations/" + scene.call))
          .status,
      404);
}

}  // namespace
}  // namespace parley::scenarios
