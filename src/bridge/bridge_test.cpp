#include "bridge/bridge.hpp"

#include "bridge/bridge_test_support.hpp"

namespace parley::bridge {
namespace {

using namespace testing;

TEST(Bridge, ConnectsWhileItRingsAndDiscardsMediaUntilOpened) {
  World world(1);
  world.bridge.add_hosted_port(kBot);
  Caller& caller = world.call(PortId{2});
  world.run_for(1s);
  EXPECT_EQ(world.told<model::PortConnected>()->port, PortId{2});
  EXPECT_FALSE(world.told<model::PortMediaStarted>());
  EXPECT_GT(world.dropped("before_open"), 30u);
  caller.press('1');
  world.run_for(200ms);
  EXPECT_FALSE(world.told<model::KeyPressed>()) << "nothing passes before the call is answered";
  world.open();
  world.run_for(100ms);
  EXPECT_EQ(world.all<model::PortMediaStarted>().size(), 1u);
}

TEST(Bridge, TellsWhenMediaStopsAndFlowsAgain) {
  World world(14);
  Caller& caller = world.ivr();
  world.run_for(60s);
  EXPECT_FALSE(world.told<model::PortMediaStopped>()) << "a silent user's device sends packets";
  caller.microphone_on = false;
  const Instant stopped = world.now.monotonic;
  world.run_for(20s);
  ASSERT_EQ(world.all<model::PortMediaStopped>().size(), 1u);
  EXPECT_GE(world.told_at<model::PortMediaStopped>() - stopped, 10s);
  EXPECT_LE(world.told_at<model::PortMediaStopped>() - stopped, 18s) << "10 s and an RTCP interval";
  EXPECT_EQ(world.all<model::PortMediaStarted>().size(), 1u);
  caller.microphone_on = true;
  world.run_for(100ms);
  EXPECT_EQ(world.all<model::PortMediaStarted>().size(), 2u);
}

TEST(Bridge, RefusesOffersWithAReason) {
  World world(2);
  EXPECT_FALSE(world.bridge.add_leg(world.now, PortId{2}, "nonsense").ok());
  EXPECT_FALSE(world.bridge.reoffer(world.now, PortId{2}, "nonsense").ok());
  Caller& caller = world.call(PortId{2});
  EXPECT_FALSE(world.bridge.add_leg(world.now, PortId{2}, caller.leg->offer_sdp()).ok());
  world.call(PortId{3});
  const auto third = world.bridge.add_leg(world.now, PortId{4}, caller.leg->offer_sdp());
  ASSERT_FALSE(third.ok()) << "max_legs are there";
  EXPECT_FALSE(third.error().empty());
  EXPECT_EQ(world.bridge.ufrags().size(), 2u);
}

TEST(Bridge, CountsDatagramsOfStrangers) {
  World world(3);
  world.call(PortId{2});
  Bytes rtp(40, 0x80);
  world.bridge.receive(world.now, address("192.0.2.1:40000"), address("203.0.113.1:9"), rtp);
  EXPECT_EQ(world.dropped("unknown_peer"), 1u);
}

TEST(Bridge, TellsEachKeyOnceWhateverTheNetworkDoes) {
  World world(4);
  Caller& caller = world.ivr();
  world.loss = 0.1;
  world.jitter = 60ms;
  const std::string keys = "0123456789*#";
  for (const char key : keys) caller.press(key);
  world.run_for(4s);
  std::string told;
  for (const auto& [at, pressed] : world.all<model::KeyPressed>()) {
    EXPECT_EQ(pressed.port, PortId{2});
    told += *wire::digit_of(static_cast<std::uint8_t>(pressed.key));
  }
  EXPECT_EQ(told, keys);
}

TEST(Bridge, AMutedPortIsNotHeardButItsKeysCount) {
  World world(5);
  world.call(PortId{2});
  Caller& listener = world.call(PortId{3});
  world.run_for(300ms);
  world.open();
  world.bridge.mute(PortId{2}, true);
  world.run_for(200ms);
  listener.packets.clear();
  world.callers[0]->say(sentence(1'000, 1));
  world.callers[0]->press('5');
  world.run_for(1s);
  for (const Caller::Packet& packet : listener.packets) EXPECT_TRUE(packet.is_telephone_event);
  EXPECT_GT(world.dropped("muted"), 40u);
  EXPECT_EQ(world.told<model::KeyPressed>()->key, model::Tone::tone5);
  world.bridge.mute(PortId{2}, false);
  const std::size_t muted = listener.packets.size();
  world.run_for(200ms);
  ASSERT_GT(listener.packets.size(), muted + 5);
  EXPECT_EQ(distance(listener.packets[muted - 1].header.sequence,
                     listener.packets[muted].header.sequence),
            1)
      << "what was muted must not look lost";
}

TEST(Bridge, ForwardsTwoLegsBothWaysWithoutDecoding) {
  World world(6);
  Caller& a = world.call(PortId{2});
  Caller& b = world.call(PortId{3});
  world.run_for(300ms);
  world.open();
  world.loss = 0.01;
  world.jitter = 15ms;
  const auto from_a = sentence(3'000, 11);
  const auto from_b = sentence(3'000, 12);
  a.say(from_a);
  b.say(from_b);
  world.run_for(3'500ms);
  EXPECT_FALSE(world.bridge.next_deadline()->reason == BridgeDeadline::tick) << "nobody needs it";
  EXPECT_EQ(dsp::unmet(match(b.heard, from_a, true), kLossy), "");
  EXPECT_EQ(dsp::unmet(match(a.heard, from_b, true), kLossy), "");
  EXPECT_NE(dsp::unmet(match(a.heard, from_a, true), kLossy), "") << "one hears oneself";
  EXPECT_EQ(a.packets.front().header.ssrc, a.packets.back().header.ssrc);
  EXPECT_TRUE(b.packets.front().header.marker);
}

TEST(Bridge, ForwardedLossesStayVisibleAndKeysPass) {
  World world(7);
  Caller& a = world.call(PortId{2});
  Caller& b = world.call(PortId{3});
  world.run_for(300ms);
  world.open();
  world.run_for(200ms);
  b.packets.clear();
  world.blocked = true;  // for five packets
  world.run_for(100ms);
  world.blocked = false;
  a.press('7');
  world.run_for(400ms);
  EXPECT_TRUE(std::ranges::any_of(b.packets, &Caller::Packet::is_telephone_event));
  std::uint64_t lost = 0;
  for (std::size_t i = 1; i < b.packets.size(); ++i)
    lost += static_cast<std::uint64_t>(
        distance(b.packets[i - 1].header.sequence, b.packets[i].header.sequence) - 1);
  EXPECT_EQ(lost, 5u);
}

TEST(Bridge, LegsWithoutACommonCodecDropAndCount) {
  World world(8);
  world.call(PortId{2}, {.codecs = {codec::Codec::opus}});
  Caller& b = world.call(PortId{3}, {.codecs = {codec::Codec::pcmu}});
  world.run_for(300ms);
  world.open();
  world.run_for(300ms);
  EXPECT_TRUE(b.packets.empty());
  EXPECT_GT(world.dropped("other_codec"), 20u);
}

TEST(Bridge, ALostPeerIsTold) {
  World world(9);
  world.ivr();
  world.blocked = true;
  world.run_for(40s);
  const auto failed = world.told<model::PortFailed>();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->port, PortId{2});
  EXPECT_FALSE(failed->reason.empty());
  EXPECT_FALSE(world.bridge.next_deadline());
  EXPECT_TRUE(world.bridge.ufrags().empty());
}

TEST(Bridge, APeerThatSaysGoodbyeIsTold) {
  World world(10);
  Caller& caller = world.ivr();
  caller.leg->close(world.now);
  world.drain();
  world.run_for(100ms);
  EXPECT_TRUE(world.told<model::PortFailed>());
}

TEST(Bridge, CloseSaysGoodbyeAndRestsForEver) {
  World world(11);
  Caller& caller = world.ivr();
  world.play(1, {{prompt_of(sentence(2'000, 3))}});
  world.run_for(200ms);
  world.bridge.close(world.now);
  world.drain();
  world.run_for(100ms);
  EXPECT_FALSE(caller.leg->connected());
  EXPECT_FALSE(world.bridge.next_deadline());
  EXPECT_FALSE(world.told<model::PlayEnded>());
  world.play(2, {{prompt_of(sentence(500, 3))}});
  EXPECT_FALSE(world.bridge.next_deadline());
  EXPECT_FALSE(world.bridge.add_leg(world.now, PortId{5}, "").ok());
}

TEST(Bridge, AReofferKeepsTheMedia) {
  World world(12);
  Caller& caller = world.ivr();
  caller.leg->change_offer({}, true);
  const auto answer = world.bridge.reoffer(world.now, PortId{2}, caller.leg->offer_sdp());
  ASSERT_TRUE(answer.ok());
  ASSERT_TRUE(caller.leg->set_answer(world.now, *answer).ok());
  world.drain();
  world.run_for(300ms);
  const auto sound = sentence(2'000, 4);
  world.play(1, {{prompt_of(sound)}});
  world.run_for(2'500ms);
  EXPECT_EQ(dsp::unmet(match(caller.heard, sound)), "");
  EXPECT_EQ(world.all<model::PortConnected>().size(), 1u);
}

}  // namespace
}  // namespace parley::bridge
