#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

using std::chrono::hours;

TEST(SigningKeyRotation, AnnouncesThenSignsThenForgets) {
  auto world = options();
  world.shard.identity.signing_key_lifetime = hours(48);
  CallScene scene(std::move(world));
  const auto keys = [&]() -> const identity::SigningKeys& {
    return scene.world.directory().keys();
  };
  const auto active = [&] {
    return keys().active(scene.world.now().utc)->kid;
  };
  const std::string first = active();
  ASSERT_TRUE(scene.world.run_until([&] { return keys().all().size() == 2; }, hours(49)));
  EXPECT_EQ(active(), first) << "bots have not fetched the new key yet";
  scene.world.run_for(hours(3));
  const std::string second = active();
  EXPECT_NE(second, first);
  EXPECT_NE(keys().find(first, scene.world.now().utc), nullptr);
  ASSERT_TRUE(scene.world.run_until([&] { return keys().all().size() == 1; }, hours(27)));
  EXPECT_EQ(active(), second);
  scene.world.crash();
  scene.world.run_for(seconds(2));
  EXPECT_EQ(active(), second) << "the rotation is kept";
  scene.world.add_caller("bob").invite("ivr");
  EXPECT_TRUE(scene.world.run_until([&] { return !scene.bot.deliveries.empty(); }, seconds(5)))
      << "and signs webhooks";
}

}  // namespace
}  // namespace parley::scenarios
