#include <gtest/gtest.h>
#include <boost/json/array.hpp>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(ListOperations, HoldsEveryOperationOfTheCall) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  ASSERT_EQ(scene.post("mute").status, 200);
  ASSERT_EQ(scene.post("subscribeToTone").status, 200);
  const auto listed = scene.world.call_api(scene.bot, "GET", call_path(scene.call, "operations"));
  ASSERT_EQ(listed.status, 200);
  EXPECT_EQ(listed.body.at("value").as_array().size(), 2u);
  const auto top = scene.get("operations?$top=1&$select=status").body.at("value").as_array();
  ASSERT_EQ(top.size(), 1u);
  EXPECT_EQ(text(top[0], "status"), "completed");
  EXPECT_FALSE(top[0].as_object().contains("id"));
}

TEST(ListOperations, ForgetsTheOldestThatHaveEndedBeyondTheLimit) {
  auto world = options();
  world.shard.calling.max_operations = 2;
  CallScene scene(std::move(world));
  ASSERT_TRUE(scene.establish());
  const std::string first = text(scene.post("mute").body, "id");
  scene.post("unmute");
  const std::string last = text(scene.post("mute").body, "id");
  const auto find = [&](const std::string& operation) {
    return scene.world.call_api(scene.bot, "GET", scene.path("operations/" + operation)).status;
  };
  EXPECT_EQ(find(first), 404);
  EXPECT_EQ(find(last), 200);
}

}  // namespace
}  // namespace parley::scenarios
