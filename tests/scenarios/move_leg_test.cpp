// Two conversations of two shards become one: a live leg is moved under audio. The probe of many
// cores; nothing of the API leads here yet.
#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

constexpr std::uint32_t kRate = 16'000;
/// Three packets of 20 ms: what a jitter buffer covers up for.
constexpr std::uint64_t kJitterBuffer = 3;

dsp::Samples part(const dsp::Samples& sound, std::size_t from, std::size_t to) {
  return {sound.begin() + static_cast<std::ptrdiff_t>(from * kRate),
          sound.begin() + static_cast<std::ptrdiff_t>(to * kRate)};
}

/// Alice and bob, each in a call with the bot, on different shards.
struct TwoCalls {
  explicit TwoCalls(double seconds_of_sound = 10.0)
      : said_by_alice(voice(31, seconds_of_sound)),
        said_by_bob(voice(32, seconds_of_sound)),
        scene(options(), {.sound = said_by_alice}) {
    scene.world.host("https://ivr.test/long.wav", 200, wav(voice(9, 20.0)));
  }

  bool establish() {
    if (!scene.establish()) return false;
    shard_of_alice = scene.world.shard_of(scene.call).value();
    // Who lives where is decided by the user's id: of eight one lives elsewhere.
    for (int i = 0; i < 8 && (!bob || same_shard()); ++i) {
      if (bob) bob->hang_up();
      bob = &scene.world.add_caller("bob" + std::to_string(i), {.sound = said_by_bob});
      if (!establish_bob()) return false;
    }
    return !same_shard();
  }

  bool establish_bob() {
    const std::string before = scene.bot.last_call();
    bob->invite("ivr");
    if (!scene.world.run_until([&] { return scene.bot.last_call() != before; }, seconds(5)))
      return false;
    call_of_bob = scene.bot.last_call();
    const auto answer =
        scene.world.call_api(scene.bot, "POST", call_path(call_of_bob, "answer"), answer_body());
    return answer.status == 202 &&
           scene.world.run_until([&] { return bob->is_answered(); }, seconds(5));
  }

  bool same_shard() const {
    return scene.world.shard_of(call_of_bob) == scene.world.shard_of(scene.call);
  }

  void move_bob() { scene.world.move_leg(call_of_bob, scene.call, shard_of_alice); }

  bool is_bob_connected() const { return bob->agent().media()->leg().connected(); }

  void play_to_bob() {
    scene.world.call_api(scene.bot, "POST", call_path(call_of_bob, "playPrompt"),
                         prompts_body({"https://ivr.test/long.wav"}));
    scene.world.run_for(seconds(1));
  }

  dsp::Samples said_by_alice;
  dsp::Samples said_by_bob;
  CallScene scene;
  sim::Caller* bob = nullptr;
  std::string call_of_bob;
  platform::ShardIndex shard_of_alice = 0;
};

TEST(MoveLeg, ToAnotherShardIsHeardByNobodyButForWhomItJoins) {
  TwoCalls calls;
  ASSERT_TRUE(calls.establish());
  sim::World& world = calls.scene.world;
  calls.play_to_bob();

  const std::uint64_t to_bob = calls.bob->packets_received();
  const std::uint64_t to_alice = calls.scene.caller.packets_received();
  calls.move_bob();
  world.run_for(seconds(1));
  const std::uint64_t bob_got = calls.bob->packets_received() - to_bob;
  const std::uint64_t alice_got = calls.scene.caller.packets_received() - to_alice;
  std::printf("in the second of the move bob gets %d packets, alice %d\n",
              static_cast<int>(bob_got), static_cast<int>(alice_got));
  EXPECT_GE(bob_got, 50 - kJitterBuffer);
  EXPECT_GE(alice_got, 50 - kJitterBuffer);

  world.run_for(seconds(7));
  EXPECT_EQ(missing_in(calls.scene.caller.heard(), part(calls.said_by_bob, 4, 8)), "");
  EXPECT_EQ(missing_in(calls.bob->heard(), part(calls.said_by_alice, 4, 8)), "");
  EXPECT_NE(missing_in(calls.bob->heard(), part(calls.said_by_bob, 4, 8)), "");
  EXPECT_EQ(calls.bob->agent().media()->leg().stats().fraction_lost, 0)
      << "the server reports what it received";
}

TEST(MoveLeg, KeepsConsentAndReportsThroughTheRelay) {
  TwoCalls calls(60.0);
  ASSERT_TRUE(calls.establish());
  sim::World& world = calls.scene.world;
  calls.move_bob();
  world.run_for(seconds(45));
  EXPECT_FALSE(calls.bob->is_over()) << "consent expires after 30 s without a check";
  const std::uint64_t to_bob = calls.bob->packets_received();
  world.run_for(seconds(1));
  EXPECT_GE(calls.bob->packets_received() - to_bob, 49u);
  EXPECT_TRUE(calls.bob->agent().media()->leg().stats().round_trip.has_value());
}

TEST(MoveLeg, EndsWithTheConversationThatItJoined) {
  TwoCalls calls;
  ASSERT_TRUE(calls.establish());
  sim::World& world = calls.scene.world;
  calls.move_bob();
  world.run_for(seconds(1));
  calls.scene.caller.hang_up();
  EXPECT_TRUE(world.run_until([&] { return !calls.is_bob_connected(); }, seconds(1)));
  calls.bob->hang_up();  // his call with the bot
  EXPECT_TRUE(world.run_until([&] { return world.live_calls() == 0; }, seconds(5)));
  world.run_for(seconds(1));
  expect_told_in_order(calls.scene.bot);
}

TEST(MoveLeg, ToACallThatIsOverSaysGoodbye) {
  TwoCalls calls;
  ASSERT_TRUE(calls.establish());
  sim::World& world = calls.scene.world;
  calls.scene.caller.hang_up();
  ASSERT_TRUE(world.run_until([&] { return !world.shard_of(calls.scene.call); }, seconds(5)));
  calls.move_bob();
  EXPECT_TRUE(world.run_until([&] { return !calls.is_bob_connected(); }, seconds(1)));
  calls.bob->hang_up();  // his call with the bot
  EXPECT_TRUE(world.run_until([&] { return world.live_calls() == 0; }, seconds(5)));
}

TEST(MoveLeg, ThatIsUnknownChangesNothing) {
  TwoCalls calls;
  ASSERT_TRUE(calls.establish());
  sim::World& world = calls.scene.world;
  calls.bob->hang_up();
  world.run_for(seconds(1));
  calls.move_bob();
  world.run_for(seconds(1));
  EXPECT_FALSE(calls.scene.caller.is_over());
  EXPECT_EQ(world.live_calls(), 1u);
}

}  // namespace
}  // namespace parley::scenarios
