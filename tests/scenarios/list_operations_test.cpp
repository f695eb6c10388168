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
}

}  // namespace
}  // namespace parley::scenarios
