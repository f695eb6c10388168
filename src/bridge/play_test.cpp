#include "bridge/bridge.hpp"
#include "bridge/bridge_test_support.hpp"

namespace parley::bridge {
namespace {

using namespace testing;

int ms(Duration duration) {
  return static_cast<int>(duration / 1ms);
}

TEST(BridgePlay, APromptIsHeardAndNothingElse) {
  World world(1);
  Caller& caller = world.ivr();
  const auto sound = sentence(3'000, 1);
  world.play(1, {{prompt_of(sound)}});
  world.run_for(4s);
  ASSERT_TRUE(world.told<model::PlayEnded>());
  EXPECT_EQ(world.told<model::PlayEnded>()->operation, operation(1));
  EXPECT_EQ(world.told<model::PlayEnded>()->outcome.code, 200);
  const auto heard = match(caller.heard, sound);
  EXPECT_EQ(dsp::unmet(heard, {.gain_error_db = 1.0}), "") << heard.text();
  EXPECT_NE(dsp::unmet(match(caller.heard, sentence(3'000, 2))), "") << "another sound";
  EXPECT_NE(dsp::unmet(match(dsp::Samples(caller.heard.size()), sound)), "") << "silence";
}

TEST(BridgePlay, IsHeardThroughLossAndInG711) {
  for (const codec::Codec codec : {codec::Codec::pcmu, codec::Codec::pcma, codec::Codec::opus}) {
    World world(2);
    Caller& caller = world.ivr({.codecs = {codec}});
    ASSERT_EQ(caller.leg->audio().codec, codec);
    world.loss = codec == codec::Codec::opus ? 0.02 : 0.0;
    world.jitter = 20ms;
    const auto sound = sentence(3'000, 5);
    world.play(1, {{prompt_of(sound)}});
    world.run_for(3'500ms);
    const auto heard = match(caller.heard, sound, true);
    EXPECT_EQ(dsp::unmet(heard, kLossy), "") << codec::encoding_name(codec) << " " << heard.text();
    EXPECT_NE(dsp::unmet(match(caller.heard, sentence(3'000, 6), true), kLossy), "");
  }
}

TEST(BridgePlay, NothingIsSentWhileNothingPlays) {
  World world(3);
  Caller& caller = world.ivr();
  EXPECT_NE(world.bridge.next_deadline()->reason, BridgeDeadline::tick);
  world.run_for(2s);
  EXPECT_TRUE(caller.packets.empty());
  world.play(1, {{prompt_of(sentence(1'000, 1))}});
  EXPECT_EQ(world.bridge.next_deadline()->reason, BridgeDeadline::tick);
  world.run_for(2s);
  EXPECT_NEAR(static_cast<double>(caller.packets.size()), 50.0, 1.0);
  EXPECT_NE(world.bridge.next_deadline()->reason, BridgeDeadline::tick) << "for nobody";
}

TEST(BridgePlay, TimeRunsOnThroughSilenceAndThePacketAfterItIsMarked) {
  for (const codec::Codec codec : {codec::Codec::opus, codec::Codec::pcmu}) {
    World world(4);
    Caller& caller = world.ivr({.codecs = {codec}});
    const auto prompt = prompt_of(sentence(500, 1));
    world.play(1, {{prompt}});
    world.run_for(2s);
    world.play(2, {{prompt}});
    world.run_for(1s);
    const std::size_t frames = prompt->frame_count();
    ASSERT_EQ(caller.packets.size(), 2 * frames);
    const auto frame = static_cast<std::int32_t>(codec::frame_ticks(codec));
    for (std::size_t i = 1; i < caller.packets.size(); ++i) {
      const Caller::Packet& last = caller.packets[i - 1];
      const Caller::Packet& next = caller.packets[i];
      const auto gap = next.at - last.at;
      EXPECT_EQ(distance(last.header.timestamp, next.header.timestamp), ms(gap) / 20 * frame);
      EXPECT_EQ(distance(last.header.sequence, next.header.sequence), 1);
      EXPECT_EQ(next.header.marker, gap > 20ms) << i;
      EXPECT_TRUE(next.level.has_value());
    }
    EXPECT_TRUE(caller.packets.front().header.marker);
  }
}

TEST(BridgePlay, ListsLoopsAndQueuedPromptsFollowOneAnother) {
  World world(5);
  Caller& caller = world.ivr();
  const auto first = prompt_of(sentence(400, 1));
  const auto second = prompt_of(sentence(600, 2));
  world.play(1, {{first, 2}, {second, 1}});
  world.play(2, {{first, 1}});
  world.run_for(3s);
  const auto ended = world.all<model::PlayEnded>();
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0].second.operation, operation(1));
  EXPECT_EQ(caller.packets.size(), 3 * first->frame_count() + second->frame_count());
  const auto marked = std::ranges::count_if(
      caller.packets, [](const auto& packet) { return packet.header.marker; });
  EXPECT_EQ(marked, 1) << "no gap between them";
}

TEST(BridgePlay, LoopsForEverUntilStopped) {
  World world(6);
  Caller& caller = world.ivr();
  world.play(1, {{prompt_of(sentence(300, 1))}, {prompt_of(sentence(200, 2))}}, true);
  world.run_for(10s);
  EXPECT_GT(caller.packets.size(), 490u);
  world.stop(1);
  world.run_for(60ms);
  const std::size_t sent = caller.packets.size();
  world.run_for(1s);
  EXPECT_EQ(caller.packets.size(), sent);
  EXPECT_FALSE(world.told<model::PlayEnded>()) << "who stops it knows";
}

TEST(BridgePlay, AnEmptyListAndAMissingListenerEndAtOnce) {
  World world(7);
  world.bridge.add_hosted_port(kBot);
  world.play(1, {});
  EXPECT_EQ(world.told<model::PlayEnded>()->outcome.code, 200);
  world.play(2, {{prompt_of(sentence(300, 1))}});
  EXPECT_EQ(world.told<model::PlayEnded>()->outcome.subcode, 8508);
}

TEST(BridgePlay, APromptWithoutTheListenersCodecFails) {
  World world(8);
  world.ivr({.codecs = {codec::Codec::pcmu}});
  const auto only_opus = media::encode_prompt(sentence(300, 1), kSpeechRate).value();
  world.play(1, {{only_opus}});
  EXPECT_EQ(world.told<model::PlayEnded>()->outcome.subcode, 8536);
  EXPECT_NE(world.bridge.next_deadline()->reason, BridgeDeadline::tick);
}

TEST(BridgePlay, MoreThanTheQueueHoldsIsRefused) {
  World world(9);
  world.ivr();
  const auto prompt = prompt_of(sentence(300, 1));
  for (std::size_t i = 0; i < media::PromptPlayer::kMaxQueued; ++i)
    world.play(static_cast<std::uint8_t>(i), {{prompt}});
  EXPECT_FALSE(world.told<model::PlayEnded>());
  world.play(200, {{prompt}});
  ASSERT_TRUE(world.told<model::PlayEnded>());
  EXPECT_EQ(world.told<model::PlayEnded>()->operation, operation(200));
  EXPECT_EQ(world.told<model::PlayEnded>()->outcome.code, 400);
}

TEST(BridgePlay, WhatAMutedBotPlaysIsNotHeardButTakesItsTime) {
  World world(10);
  Caller& caller = world.ivr();
  world.bridge.mute(kBot, true);
  world.play(1, {{prompt_of(sentence(1'000, 1))}});
  world.run_for(500ms);
  EXPECT_TRUE(caller.packets.empty());
  world.bridge.mute(kBot, false);
  world.run_for(1s);
  EXPECT_NEAR(static_cast<double>(caller.packets.size()), 25.0, 2.0);
  EXPECT_TRUE(caller.packets.front().header.marker);
  EXPECT_TRUE(world.told<model::PlayEnded>());
}

TEST(BridgePlay, PromptsWaitForTheLegToConnect) {
  World world(11);
  world.bridge.add_hosted_port(kBot);
  world.open();
  Caller& caller = world.call(PortId{2});
  const auto prompt = prompt_of(sentence(500, 1));
  world.play(1, {{prompt}});
  world.run_for(2s);
  EXPECT_EQ(caller.packets.size(), prompt->frame_count());
}

TEST(BridgePlay, LateTicksAreMadeUpForAndSkippedBeyondThree) {
  World world(12);
  Caller& caller = world.ivr();
  const auto prompt = prompt_of(sentence(2'000, 1));
  world.play(1, {{prompt}});
  world.run_for(500ms);
  const std::size_t before = caller.packets.size();
  world.bridge_busy_until = world.now.monotonic + 45ms;  // two or three ticks late
  world.run_for(100ms);
  EXPECT_NEAR(static_cast<double>(caller.packets.size() - before), 5.0, 1.0);
  EXPECT_EQ(world.counters.counter("bridge_ticks_skipped_total"), 0u);
  world.bridge_busy_until = world.now.monotonic + 205ms;
  world.run_for(3s);
  const std::uint64_t skipped = world.counters.counter("bridge_ticks_skipped_total");
  EXPECT_NEAR(static_cast<double>(skipped), 7.5, 1.0);
  EXPECT_EQ(caller.packets.size(), prompt->frame_count()) << "the prompt is whole, only later";
  std::int32_t largest = 0;
  for (std::size_t i = 1; i < caller.packets.size(); ++i) {
    const auto step =
        distance(caller.packets[i - 1].header.timestamp, caller.packets[i].header.timestamp);
    EXPECT_EQ(caller.packets[i].header.marker, step != 960);
    largest = std::max(largest, step);
  }
  EXPECT_EQ(largest, static_cast<std::int32_t>(960 * (skipped + 1)));
}

/// The largest step between neighbouring samples: what a click is made of.
int largest_step(dsp::SampleView sound) {
  int largest = 0;
  for (std::size_t i = 1; i < sound.size(); ++i)
    largest = std::max(largest, std::abs(sound[i] - sound[i - 1]));
  return largest;
}

TEST(BridgePlay, APromptThatIsCutOffComesToRestWithoutAClick) {
  World world(13);
  Caller& caller = world.ivr();
  const auto tone = dsp::make_tone({.frequency = 300, .amplitude = 0.3F, .duration_ms = 3'000});
  world.play(1, {{prompt_of(tone)}});
  world.run_for(1'007ms);
  const int before = largest_step(caller.heard);
  world.stop(1);
  world.run_for(50ms);
  world.play(2, {{prompt_of(tone)}});
  world.run_for(500ms);
  world.stop(2);
  const std::size_t sent = caller.packets.size();
  world.run_for(1s);
  EXPECT_LE(caller.packets.size() - sent, 2u);
  EXPECT_LT(largest_step(caller.heard), before * 2) << "a click";
  const auto tail = dsp::SampleView(caller.heard).last(16 * 700);
  EXPECT_LT(dsp::power_dbov(dsp::mean_square(tail)), -60.0) << "the decoder draws the tone out";
}

TEST(BridgePlay, APromptToOneOfTwoLegsTakesThePlaceOfTheOther) {
  World world(14);
  Caller& a = world.call(PortId{2});
  world.call(PortId{3});
  world.bridge.add_hosted_port(kBot);
  world.run_for(300ms);
  world.open();
  world.run_for(500ms);
  const auto sound = sentence(1'500, 6);
  world.play(1, {{prompt_of(sound)}});
  world.run_for(2s);
  EXPECT_EQ(world.all<model::PlayEnded>().size(), 1u) << "once both have heard it";
  EXPECT_GT(world.dropped("under_prompt"), 100u);
  EXPECT_EQ(dsp::unmet(match(a.heard, sound)), "");
  for (std::size_t i = 1; i < a.packets.size(); ++i) {
    EXPECT_EQ(distance(a.packets[i - 1].header.sequence, a.packets[i].header.sequence), 1);
    EXPECT_GT(distance(a.packets[i - 1].header.timestamp, a.packets[i].header.timestamp), 0);
  }
}

}  // namespace
}  // namespace parley::bridge
