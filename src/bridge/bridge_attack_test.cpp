// Who is no port of a conversation sends into it.
#include "bridge/bridge_test_support.hpp"
#include "proto/srtp/srtp_test_support.hpp"
#include "wire/rtcp.hpp"
#include "wire/stun.hpp"
#include "wire/telephone_event.hpp"
#include "wire/wav.hpp"

namespace parley::bridge {
namespace {

using namespace testing;

const SocketAddress kHere = address("192.0.2.1:40000");
const SocketAddress kCaller = address("192.0.2.11:6000");  // of port 2
const SocketAddress kStranger = address("198.51.100.66:6666");

void send(World& world, const SocketAddress& from, Bytes datagram) {
  world.bridge.receive(world.now, kHere, from, datagram);
  world.drain();
}

/// Plain RTP with the caller's own numbers, as far as they can be guessed.
Bytes forged_rtp(World& world, const Caller& caller, wire::PayloadType type, ByteView payload) {
  Bytes packet = srtp::make_rtp({.ssrc = caller.leg->ssrc().value,
                                 .sequence = static_cast<std::uint16_t>(world.random.u32()),
                                 .payload = 0},
                                world.random);
  packet[1] = type.value;
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

TEST(BridgeAttack, InjectedSoundAndKeysAreInNoRecording) {
  World world(1);
  Caller& caller = world.ivr();
  model::RecordOptions options;
  options.initial_silence = 5s;
  options.max_silence = 2s;
  options.max_duration = 30s;
  options.play_beep = false;
  options.stop_tones = {{model::Tone::pound}};
  world.record(1, {}, options);
  const auto sound = sentence(3'000, 1);
  caller.say(sound);
  const Bytes loud(80, 0x78);
  const auto key = wire::write_telephone_event({11, true, 0, 4'800});
  for (int i = 0; i < 300; ++i) {
    for (const SocketAddress& from : {kStranger, kCaller}) {
      send(world, from, forged_rtp(world, caller, caller.leg->audio().payload_type, loud));
      send(world, from, forged_rtp(world, caller, *caller.leg->audio().telephone_event, key));
    }
    world.run_for(20ms);
  }
  EXPECT_FALSE(world.told<model::KeyPressed>());
  ASSERT_TRUE(world.told<model::RecordEnded>());
  EXPECT_EQ(world.told<model::RecordEnded>()->reason,
            model::RecordCompletionReason::max_silence_timeout)
      << "the stranger's sound and keys ended it";
  const auto wav = wire::read_wav(world.files[operation(1)].bytes);
  ASSERT_TRUE(wav.ok());
  const auto found = match(wav->samples, sound);
  EXPECT_EQ(dsp::unmet(found, {.gain_error_db = 1.0}), "") << found.text();
}

TEST(BridgeAttack, AnUnknownNameIsNotAnsweredByAByte) {
  World world(2);
  world.ivr();
  const std::string known = world.bridge.ufrags().at(0);
  const std::uint64_t sent = world.bridge_sent;
  for (const std::string& name :
       {std::string("unknown:name"), known + ":name", known, std::string()})
    for (int i = 0; i < 500; ++i) {
      wire::StunWriter check(wire::StunClass::request, wire::kStunBinding, {1, 2, 3});
      check.username(name).priority(0x7FFFFFFF).ice_controlling(9).use_candidate();
      send(world, kStranger, check.finish());
    }
  EXPECT_EQ(world.bridge_sent, sent);
  EXPECT_FALSE(world.bridge.listens_to(kHere, kStranger));
}

TEST(BridgeAttack, AForgedGoodbyeHangsNobodyUp) {
  World world(3);
  Caller& caller = world.ivr();
  const wire::Ssrc ssrc = caller.leg->ssrc();
  const Bytes bye = wire::write_rtcp(std::vector<wire::RtcpPacket>{
      wire::ReceiverReport{ssrc, {}}, wire::Goodbye{{ssrc}, "forged"}});
  for (int i = 0; i < 1'000; ++i)
    for (const SocketAddress& from : {kStranger, kCaller}) send(world, from, bye);
  world.run_for(5s);
  EXPECT_FALSE(world.told<model::PortFailed>());
  EXPECT_FALSE(world.told<model::PortMediaStopped>());
}

}  // namespace
}  // namespace parley::bridge
