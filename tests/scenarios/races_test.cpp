// Two things at the same moment, many things at the same moment, and clocks that jump.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// The call ended once for both, whatever happened first.
void expect_one_end(CallScene& scene) {
  scene.world.run_for(seconds(40));
  EXPECT_TRUE(scene.caller.is_over());
  EXPECT_EQ(scene.world.live_calls(), 0u);
  std::set<std::string> ends;
  for (const sim::Delivery& delivery : scene.bot.deliveries)
    if (delivery.change_type == "deleted") ends.insert(delivery.message_id);
  EXPECT_EQ(ends.size(), 1u);
  expect_told_in_order(scene.bot);
}

TEST(Races, OfTheAnswerAndTheCallersGivingUpEndOnce) {
  std::set<int> statuses;
  for (int offset = -30; offset <= 30; ++offset) {
    SCOPED_TRACE("hung up " + std::to_string(offset) + " ms after the bot asked to answer");
    CallScene scene;
    ASSERT_TRUE(scene.ring());
    scene.world.scheduler().after(milliseconds(50), [&] {
      scene.world.request(scene.bot, "POST", scene.path("answer"), answer_body(),
                          [&](const sim::ApiAnswer& answer) { statuses.insert(answer.status); });
    });
    scene.world.scheduler().after(milliseconds(50 + offset), [&] { scene.caller.hang_up(); });
    expect_one_end(scene);
    if (HasFailure()) return;
  }
  EXPECT_EQ(statuses, (std::set<int>{202, 404})) << "both came first now and then";
}

TEST(Races, OfTheAnswerAndItsWindowEndOnce) {
  std::set<int> statuses;
  for (int offset = -20; offset <= 20; ++offset) {
    SCOPED_TRACE("asked to answer " + std::to_string(offset) + " ms after the window");
    CallScene scene;
    ASSERT_TRUE(scene.ring());
    scene.world.scheduler().after(seconds(15) + milliseconds(offset), [&] {
      scene.world.request(scene.bot, "POST", scene.path("answer"), answer_body(),
                          [&](const sim::ApiAnswer& answer) { statuses.insert(answer.status); });
    });
    scene.world.scheduler().after(seconds(20), [&] { scene.caller.hang_up(); });
    expect_one_end(scene);
    if (HasFailure()) return;
  }
  EXPECT_EQ(statuses, (std::set<int>{202, 404}));
}

/// PARLEY_CROWD: how many; a hundred is what an ordinary run has time for.
std::size_t crowd() {
  const char* wanted = std::getenv("PARLEY_CROWD");
  return wanted ? std::stoul(wanted) : 100;
}

TEST(Crowd, ThatCallsAndHangsUpAtOnceIsToldInTwoSeconds) {
  const std::size_t count = crowd();
  sim::World world{sim::WorldOptions{}};
  sim::Bot& bot = world.add_bot("ivr");
  bot.on_delivery = [&](const sim::Delivery& delivery) {
    if (delivery.change_type == "created")
      world.request(bot, "POST", call_path(delivery.call_id(), "answer"), answer_body());
    return sim::WebhookReply{};
  };
  std::vector<sim::Caller*> callers;
  for (std::size_t i = 0; i < count; ++i)
    callers.push_back(&world.add_caller("caller" + std::to_string(i)));
  const auto all = [&](const auto& is) {
    return std::all_of(callers.begin(), callers.end(), is);
  };
  for (sim::Caller* caller : callers) caller->invite("ivr");
  EXPECT_TRUE(world.run_until(
      [&] { return all([](const sim::Caller* caller) { return caller->is_answered(); }); },
      seconds(2)));
  world.run_for(seconds(1));
  for (sim::Caller* caller : callers) caller->hang_up();
  world.run_for(seconds(2));
  EXPECT_TRUE(all([](const sim::Caller* caller) { return caller->is_over(); }));
  EXPECT_EQ(world.live_calls(), 0u);
  const auto ends = std::count_if(
      bot.deliveries.begin(), bot.deliveries.end(),
      [](const sim::Delivery& delivery) { return delivery.change_type == "deleted"; });
  EXPECT_EQ(static_cast<std::size_t>(ends), count);
  expect_told_in_order(bot);
}

TEST(WallClock, AStepMovesNoDeadline) {
  for (const auto step : {hours(1), hours(-1)}) {
    SCOPED_TRACE(step.count());
    auto world = options();
    world.shard.calling.keep_alive_window = minutes(2);
    CallScene scene(std::move(world));
    ASSERT_TRUE(scene.establish());
    scene.world.run_for(seconds(60));
    scene.world.scheduler().set_wall_clock_forward(step);
    scene.world.run_for(seconds(55));
    EXPECT_FALSE(scene.caller.is_over());
    EXPECT_TRUE(scene.world.run_until([&] { return scene.caller.is_over(); }, seconds(10)));
    scene.world.run_for(seconds(1));
    EXPECT_EQ(number(scene.bot.deliveries.back().data.at("resultInfo"), "subcode"), 8537);
  }
}

TEST(WallClock, ATokenIsJudgedByTheClockOfNow) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  const auto status_after = [&](hours step) {
    scene.world.scheduler().set_wall_clock_forward(step);
    return scene.get().status;
  };
  EXPECT_EQ(status_after(hours(2)), 401) << "it has expired";
  EXPECT_EQ(status_after(hours(-2)), 200);
  EXPECT_EQ(status_after(hours(-1)), 401) << "it is not valid yet";
  EXPECT_EQ(status_after(hours(1)), 200);
  EXPECT_FALSE(scene.caller.is_over());
}

TEST(SlowStore, DelaysAnswersAndNotTheSound) {
  auto world = options();
  world.commit_delay = seconds(1);
  CallScene scene(std::move(world));
  const auto sound = voice(3, 2.0);
  scene.world.host("https://ivr.test/a.wav", 200, wav(sound));
  ASSERT_TRUE(scene.establish());
  const auto playing = scene.post("playPrompt", prompts_body({"https://ivr.test/a.wav"}));
  ASSERT_EQ(playing.status, 200);
  ASSERT_TRUE(scene.wait_for_operation(text(playing.body, "id"), seconds(10)));
  EXPECT_EQ(missing_in(scene.caller.heard(), sound), "");
  scene.caller.hang_up();
  scene.world.run_for(seconds(10));
  expect_told_in_order(scene.bot);
}

}  // namespace
}  // namespace parley::scenarios
