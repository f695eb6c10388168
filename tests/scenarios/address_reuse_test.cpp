// Two callers behind one NAT, or one who pretends to be: whose sound comes from which address.
#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

constexpr const char* kMusic = "https://ivr.test/music.wav";
const SocketAddress kElsewhere = *SocketAddress::parse("203.0.113.9:7000");

/// A call, and a second caller whom the bot will answer too. Both calls live on one shard.
class AddressReuse : public testing::Test {
 protected:
  static sim::WorldOptions one_shard() {
    sim::WorldOptions made = options();
    made.shards = 1;
    return made;
  }

  void SetUp() override {
    scene.world.host(kMusic, 200, wav(voice(1, 20.0)));
    ASSERT_TRUE(scene.establish());
    scene.answer_and();
  }
  /// The calls in their order.
  std::vector<std::string> calls() const {
    std::vector<std::string> told;
    for (const sim::Delivery& delivery : scene.bot.deliveries)
      if (delivery.change_type == "created") told.push_back(delivery.call_id());
    return told;
  }
  void expect_music(const std::string& call, const sim::Caller& caller) {
    SCOPED_TRACE(caller.outside().text());
    scene.call = call;
    EXPECT_EQ(scene.post("playPrompt", prompts_body({kMusic})).status, 200);
    const std::uint64_t before = caller.packets_received();
    scene.world.run_for(seconds(10));
    EXPECT_FALSE(caller.is_over());
    EXPECT_GT(caller.packets_received(), before + 450);
  }

  dsp::Samples said = voice(2, 8.0);
  CallScene scene{one_shard(), {.sound = said}};
  sim::Caller& second = scene.world.add_caller("second");
};

TEST_F(AddressReuse, APortThatANatGivesToAnotherCallerIsHis) {
  const SocketAddress port = scene.caller.outside();
  scene.caller.appear_as(kElsewhere);
  scene.world.run_for(seconds(40));  // its checks come from elsewhere meanwhile
  second.appear_as(port);
  second.invite("ivr");
  ASSERT_TRUE(scene.world.run_until([&] { return second.is_answered(); }, seconds(5)));
  ASSERT_EQ(calls().size(), 2u);
  expect_music(calls().back(), second);
  expect_music(calls().front(), scene.caller);
}

TEST_F(AddressReuse, WhoForgesAnothersAddressGetsNothingOfIt) {
  const auto recording = scene.post(
      "recordResponse",
      R"({"maxRecordDurationInSeconds":20,"maxSilenceTimeoutInSeconds":2,"playBeep":false})");
  const std::string operation = text(recording.body, "id");
  second.forge_source(scene.caller.outside());
  second.invite("ivr");
  ASSERT_TRUE(scene.wait_for_operation(operation));
  EXPECT_EQ(missing_in(recorded(scene.world, operation), said), "");
  expect_music(calls().front(), scene.caller);
  ASSERT_TRUE(scene.world.run_until([&] { return second.is_over(); }, seconds(60)));
  EXPECT_EQ(second.packets_received(), 0u);
  EXPECT_FALSE(scene.caller.is_over());
}

}  // namespace
}  // namespace parley::scenarios
