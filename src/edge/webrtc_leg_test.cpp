#include "edge/webrtc_leg.hpp"

#include <gtest/gtest.h>

#include "edge/leg_test_support.hpp"
#include "proto/rtp/telephone_event_receiver.hpp"
#include "proto/rtp/telephone_event_sender.hpp"

namespace parley::edge {
namespace {

using namespace std::chrono_literals;
using wire::SdpDirection;

Bytes speech(std::uint32_t number) {
  ByteWriter writer;
  writer.u32(number);
  for (int i = 0; i < 60; ++i) writer.u8(static_cast<std::uint8_t>(number + 7u));
  return writer.take();
}

/// Sends 50 packets a second each way for a while.
void talk(LegLink& link, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t i = first; i < first + count; ++i) {
    for (WebrtcLeg* leg : {link.client.leg.get(), link.server.leg.get()}) {
      const Bytes payload = speech(i);
      leg->send(link.clock(), {.payload_type = leg->audio().payload_type,
                               .marker = i == first,
                               .timestamp = {i * 960},
                               .payload = payload,
                               .level = static_cast<std::uint8_t>(i % 128)});
    }
    link.drain();
    link.run_for(20ms);
  }
}

void expect_speech(const std::vector<LegLink::Heard>& heard, std::uint32_t count) {
  ASSERT_EQ(heard.size(), count);
  for (const LegLink::Heard& packet : heard) {
    const std::uint32_t number = packet.header.timestamp.value / 960;
    EXPECT_EQ(packet.payload, speech(number));
    EXPECT_EQ(packet.level, number % 128);
    EXPECT_FALSE(packet.is_telephone_event);
  }
}

void expect_failure(const LegLink::Side& side, TransportFailure reason) {
  ASSERT_EQ(side.events.size(), 1u);
  const auto* failed = std::get_if<LegFailed>(&side.events[0]);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->reason, reason) << failed->text;
  EXPECT_FALSE(failed->text.empty());
}

TEST(WebrtcLeg, ConnectsAndCarriesSoundBothWays) {
  LegLink link(1);
  ASSERT_TRUE(link.negotiate());
  EXPECT_FALSE(link.client.leg->connected());
  link.run_until(300ms);
  ASSERT_TRUE(link.client.has<LegConnected>() && link.server.has<LegConnected>());
  EXPECT_TRUE(link.client.leg->connected() && link.server.leg->connected());
  talk(link, 0, 100);
  link.run_for(100ms);
  expect_speech(link.server.heard, 100);
  expect_speech(link.client.heard, 100);
  EXPECT_EQ(link.server.leg->stats().rtp_received, 100u);
  EXPECT_EQ(link.client.leg->stats().rtp_sent, 100u);
  EXPECT_EQ(link.server.leg->stats().transport.bad_srtp, 0u);
  EXPECT_EQ(link.server.heard[0].header.ssrc, link.client.leg->ssrc());
}

TEST(WebrtcLeg, SurvivesLossReorderingAndDuplication) {
  for (std::uint64_t seed = 10; seed < 16; ++seed) {
    SCOPED_TRACE(seed);
    LegLink link(seed);
    link.loss = 0.2;
    link.jitter = 50ms;
    link.duplication = 0.1;
    ASSERT_TRUE(link.negotiate());
    link.run_until(12s);
    ASSERT_TRUE(link.client.leg->connected() && link.server.leg->connected());
    talk(link, 0, 250);
    link.run_for(200ms);
    for (const LegLink::Side* side : {&link.client, &link.server}) {
      EXPECT_GT(side->heard.size(), 150u);
      EXPECT_LT(side->heard.size(), 240u);
      std::vector<std::uint32_t> numbers;
      for (const auto& packet : side->heard) numbers.push_back(packet.header.timestamp.value / 960);
      EXPECT_FALSE(std::is_sorted(numbers.begin(), numbers.end())) << "the link reorders";
      std::sort(numbers.begin(), numbers.end());
      EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end())
          << "nothing is heard twice";
      for (const auto& packet : side->heard)
        EXPECT_EQ(packet.payload, speech(packet.header.timestamp.value / 960));
    }
  }
}

TEST(WebrtcLeg, SpeaksG711AndBothSrtpProfiles) {
  for (const auto profile :
       {crypto::SrtpProfile::aead_aes_128_gcm, crypto::SrtpProfile::aes_cm_128_hmac_sha1_80}) {
    LegLink link(2);
    link.client_options.srtp_profiles = {profile};
    ASSERT_TRUE(link.negotiate({.codecs = {codec::Codec::pcma, codec::Codec::opus}}));
    EXPECT_EQ(link.server.leg->audio().codec, codec::Codec::pcma) << "the offer's preference";
    EXPECT_EQ(link.server.leg->audio().telephone_event, wire::PayloadType{126});
    EXPECT_EQ(link.server.leg->audio(), link.client.leg->audio());
    link.run_until(300ms);
    talk(link, 0, 10);
    link.run_for(100ms);
    expect_speech(link.server.heard, 10);
    expect_speech(link.client.heard, 10);
  }
}

TEST(WebrtcLeg, ConnectsOverIpv6AndSkipsTheOtherFamily) {
  LegLink link(3);
  link.server_options.local_addresses = {address("192.0.2.1:5000"), address("[2001:db8::1]:5000")};
  link.client_options.local_addresses = {address("[2001:db8::9]:6000")};
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  talk(link, 0, 10);
  link.run_for(100ms);
  expect_speech(link.server.heard, 10);
  expect_speech(link.client.heard, 10);

  LegLink apart(4);
  apart.client_options.local_addresses = {address("[2001:db8::9]:6000")};
  EXPECT_FALSE(apart.negotiate()) << "no address of a common family";
}

TEST(WebrtcLeg, CarriesKeyPressesExactlyOnceOverALossyLink) {
  LegLink link(5);
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  link.loss = 0.1;
  rtp::TelephoneEventSender keys;
  const std::vector<std::uint8_t> digits{1, 2, 11};
  for (const std::uint8_t key : digits) ASSERT_TRUE(keys.press(key, 100ms));
  for (std::uint32_t tick = 0; tick < 60; ++tick) {
    if (const auto packet = keys.tick({tick * 960}))
      link.client.leg->send(link.clock(),
                            {.payload_type = *link.client.leg->audio().telephone_event,
                             .marker = packet->marker,
                             .timestamp = packet->timestamp,
                             .payload = packet->payload,
                             .level = std::nullopt});
    link.drain();
    link.run_for(20ms);
  }
  rtp::TelephoneEventReceiver receiver;
  std::vector<std::uint8_t> pressed;
  for (const auto& packet : link.server.heard) {
    ASSERT_TRUE(packet.is_telephone_event);
    EXPECT_FALSE(packet.level);
    receiver.handle_input(link.clock(), packet.header, packet.payload);
    while (const auto event = receiver.poll_event())
      if (const auto* started = std::get_if<rtp::ToneStarted>(&*event))
        pressed.push_back(started->event);
  }
  EXPECT_EQ(pressed, digits);
}

TEST(WebrtcLeg, FailsWhenThePeerHasAnotherCertificate) {
  LegLink link(6);
  const auto other = std::make_shared<const crypto::Certificate>(
      crypto::Certificate::generate_self_signed(link.clock()));
  link.edit_offer = [&](std::string& offer) {
    LegOptions options = link.client_options;
    options.certificate = other;
    const std::string with_other = WebrtcLeg::offer({}, options, link.context())->offer_sdp();
    const auto line = [](const std::string& sdp) {
      const std::size_t at = sdp.find("a=fingerprint:");
      return sdp.substr(at, sdp.find("\r\n", at) - at);
    };
    offer.replace(offer.find(line(offer)), line(offer).size(), line(with_other));
  };
  ASSERT_TRUE(link.negotiate());
  link.run_until(2s);
  expect_failure(link.server, TransportFailure::wrong_fingerprint);
  EXPECT_TRUE(link.client.has<LegFailed>());
  EXPECT_FALSE(link.server.leg->connected());
  EXPECT_FALSE(link.server.leg->next_deadline());
}

TEST(WebrtcLeg, FailsWhenNobodyKnowsItsUfrag) {
  LegLink link(7);
  link.edit_answer = [](std::string& answer) {
    answer.replace(answer.find("a=ice-ufrag:") + 12, 4, "nope");
  };
  ASSERT_TRUE(link.negotiate());
  link.run_until(29s);
  EXPECT_TRUE(link.server.events.empty());
  link.run_until(60s);
  expect_failure(link.server, TransportFailure::no_connectivity);
  expect_failure(link.client, TransportFailure::no_connectivity);
}

TEST(WebrtcLeg, FailsWhenThePeerFallsSilent) {
  LegLink link(8);
  ASSERT_TRUE(link.negotiate());
  link.run_until(1s);
  ASSERT_TRUE(link.server.leg->connected());
  link.loss = 1;
  link.server.events.clear();
  link.client.events.clear();
  link.run_until(40s);
  expect_failure(link.server, TransportFailure::consent_expired);
  expect_failure(link.client, TransportFailure::consent_expired);
}

TEST(WebrtcLeg, StaysConnectedForHoursOnItsOwnChecks) {
  LegLink link(9);
  ASSERT_TRUE(link.negotiate());
  link.run_until(2h);
  EXPECT_TRUE(link.server.leg->connected() && link.client.leg->connected());
  EXPECT_EQ(link.server.events.size(), 1u);
}

TEST(WebrtcLeg, ListensToCheckedAddressesOnly) {
  LegLink link(20);
  std::vector<Bytes> captured;
  link.filter = [&](bool to_server, const Transmit& transmit) {
    if (to_server) captured.push_back(to_bytes(transmit.packet.view()));
    return true;
  };
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  captured.clear();
  link.filter = [&](bool to_server, const Transmit& transmit) {
    if (to_server) captured.push_back(to_bytes(transmit.packet.view()));
    return !to_server;
  };
  talk(link, 0, 1);
  ASSERT_EQ(captured.size(), 1u);
  Bytes injected = captured[0];
  EXPECT_FALSE(link.server.leg->receive(link.clock(), address("192.0.2.1:5000"),
                                        address("198.51.100.66:6000"), injected));
  EXPECT_EQ(link.server.leg->stats().transport.unchecked, 1u);
  Bytes hello(100, 0);
  hello[0] = 22;
  EXPECT_FALSE(link.server.leg->receive(link.clock(), address("192.0.2.1:5000"),
                                        address("198.51.100.66:6000"), hello));
  EXPECT_EQ(link.server.leg->stats().transport.unchecked, 2u);
  // The same packet from its own address is heard, once.
  injected = captured[0];
  EXPECT_TRUE(link.server.leg->receive(link.clock(), address("192.0.2.1:5000"),
                                       address("192.0.2.9:6000"), injected));
  injected = captured[0];
  EXPECT_FALSE(link.server.leg->receive(link.clock(), address("192.0.2.1:5000"),
                                        address("192.0.2.9:6000"), injected));
  injected = captured[0];
  injected.back() ^= 1;
  EXPECT_FALSE(link.server.leg->receive(link.clock(), address("192.0.2.1:5000"),
                                        address("192.0.2.9:6000"), injected));
  EXPECT_EQ(link.server.leg->stats().transport.bad_srtp, 2u);
}

TEST(WebrtcLeg, DropsAndCountsMediaBeforeItIsConnected) {
  LegLink link(21);
  link.filter = [](bool, const Transmit& transmit) {
    return transmit.packet.view()[0] < 20;  // checks pass, the handshake does not
  };
  ASSERT_TRUE(link.negotiate());
  link.run_until(200ms);
  Bytes rtp(80, 0);
  rtp[0] = 0x80;
  rtp[1] = 111;
  EXPECT_FALSE(link.server.leg->receive(link.clock(), address("192.0.2.1:5000"),
                                        address("192.0.2.9:6000"), rtp));
  EXPECT_EQ(link.server.leg->stats().transport.before_keys, 1u);
  talk(link, 0, 3);
  EXPECT_EQ(link.server.leg->stats().sent_too_early, 3u);
  EXPECT_EQ(link.server.leg->stats().rtp_sent, 0u);
}

TEST(WebrtcLeg, LimitsWhatItSendsAndTakes) {
  LegLink link(22);
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  const Bytes largest(1'200, 1);
  const Bytes too_large(1'201, 1);
  WebrtcLeg& client = *link.client.leg;
  const wire::PayloadType opus = client.audio().payload_type;
  const auto send = [&](wire::PayloadType type, const Bytes& payload) {
    client.send(link.clock(),
                {.payload_type = type, .timestamp = {}, .payload = payload, .level = std::nullopt});
    link.drain();
    link.run_for(50ms);
  };
  send(opus, too_large);
  EXPECT_EQ(client.stats().sent_too_large, 1u);
  send(opus, largest);
  ASSERT_EQ(link.server.heard.size(), 1u);
  EXPECT_EQ(link.server.heard[0].payload, largest);
  send({63}, largest);
  EXPECT_EQ(link.server.leg->stats().unknown_payload_type, 1u);
  send(opus, {});
  EXPECT_EQ(link.server.leg->stats().empty, 1u);
  EXPECT_EQ(link.server.heard.size(), 1u);
}

TEST(WebrtcLeg, FollowsANewDirection) {
  LegLink link(23);
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  const std::string ufrag(link.server.leg->local_ufrag());
  ASSERT_TRUE(link.renegotiate({.direction = SdpDirection::sendonly}, false));
  EXPECT_EQ(link.server.leg->local_ufrag(), ufrag);
  EXPECT_EQ(link.server.leg->direction(), SdpDirection::recvonly);
  talk(link, 0, 5);
  EXPECT_EQ(link.server.leg->stats().sent_on_hold, 5u);
  EXPECT_TRUE(link.client.heard.empty());
  ASSERT_TRUE(link.renegotiate({}, false));
  talk(link, 5, 5);
  link.run_for(100ms);
  expect_speech(link.server.heard, 10);
  expect_speech(link.client.heard, 5);
  EXPECT_EQ(link.server.events.size(), 1u);
}

TEST(WebrtcLeg, RestartsIceWithoutLosingAPacket) {
  LegLink link(24);
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  talk(link, 0, 5);
  const std::string ufrag(link.server.leg->local_ufrag());
  link.filter = [&link, start = link.now](bool, const Transmit& transmit) {
    const bool check = transmit.packet.view()[0] < 4;
    return !check || link.now > start + 700ms;  // the new path takes its time
  };
  ASSERT_TRUE(link.renegotiate({}, true));
  EXPECT_NE(link.server.leg->local_ufrag(), ufrag);
  talk(link, 5, 50);
  link.run_for(100ms);
  expect_speech(link.server.heard, 55);
  expect_speech(link.client.heard, 55);
  link.run_for(2min);
  EXPECT_TRUE(link.server.leg->connected()) << "the new agents keep each other alive";
  EXPECT_EQ(link.server.events.size(), 1u);
}

TEST(WebrtcLeg, TakesOverForAnotherPeerConnection) {
  LegLink link(25);
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  talk(link, 0, 5);
  // A page was reloaded: another certificate, other credentials, another port.
  LegOptions options = LegLink::options("192.0.2.9:6002");
  options.certificate = std::make_shared<const crypto::Certificate>(
      crypto::Certificate::generate_self_signed(link.clock()));
  link.client.leg = WebrtcLeg::offer({}, options, link.context());
  link.client.heard.clear();
  const auto answer = link.server.leg->reoffer(link.clock(), link.client.leg->offer_sdp());
  ASSERT_TRUE(answer.ok());
  ASSERT_TRUE(link.client.leg->set_answer(link.clock(), *answer).ok());
  EXPECT_FALSE(link.server.leg->connected());
  link.drain();
  link.run_for(300ms);
  talk(link, 5, 5);
  link.run_for(100ms);
  expect_speech(link.server.heard, 10);
  expect_speech(link.client.heard, 5);
  EXPECT_EQ(link.server.events.size(), 2u) << "connected twice";
}

TEST(WebrtcLeg, LeavesOutAndFillsSequenceNumbers) {
  LegLink link(29);
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  const Bytes payload = speech(1);
  std::uint32_t timestamp = 0;
  for (const std::int16_t step : std::initializer_list<std::int16_t>{1, 3, -1, 1}) {
    link.server.leg->send(link.clock(), {.payload_type = link.server.leg->audio().payload_type,
                                         .timestamp = {timestamp += 960},
                                         .payload = payload,
                                         .sequence_step = step});
    link.drain();
    link.run_for(20ms);
  }
  link.run_for(100ms);
  ASSERT_EQ(link.client.heard.size(), 4u);
  const auto after_first = [&link](std::size_t i) {
    return distance(link.client.heard[0].header.sequence, link.client.heard[i].header.sequence);
  };
  EXPECT_EQ(after_first(1), 3);
  EXPECT_EQ(after_first(2), 2);
  EXPECT_EQ(after_first(3), 4);
}

TEST(WebrtcLeg, RefusesAnotherFingerprintOnTheSamePath) {
  LegLink link(26);
  ASSERT_TRUE(link.negotiate());
  std::string offer = link.client.leg->offer_sdp();
  char& digit = offer[offer.find("sha-256 ") + 8];
  digit = digit == '0' ? '1' : '0';
  const auto answer = link.server.leg->reoffer(link.clock(), offer);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().reason, RefusalReason::wrong_state);
}

TEST(WebrtcLeg, SaysGoodbye) {
  LegLink link(27);
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  link.server.leg->close(link.clock());
  link.drain();
  EXPECT_FALSE(link.server.leg->connected());
  EXPECT_FALSE(link.server.leg->next_deadline());
  link.run_for(100ms);
  EXPECT_TRUE(link.client.has<LegClosed>());
  EXPECT_FALSE(link.client.leg->next_deadline());
  EXPECT_EQ(link.server.events.size(), 1u) << "no event for one's own close";
  talk(link, 0, 1);
  EXPECT_EQ(link.client.leg->stats().sent_too_early, 1u);
  EXPECT_FALSE(link.renegotiate({}, true));
}

TEST(WebrtcLeg, MeasuresTheRoundTripAndTheLossByReports) {
  LegLink link(28);
  ASSERT_TRUE(link.negotiate());
  link.run_until(300ms);
  link.loss = 0.25;
  talk(link, 0, 1'500);
  const LegStats stats = link.client.leg->stats();
  ASSERT_TRUE(stats.round_trip);
  EXPECT_NEAR(static_cast<double>(LegLink::ms(*stats.round_trip).count()), 40.0, 2.0);
  EXPECT_NEAR(stats.fraction_lost, 64, 30);
}

}  // namespace
}  // namespace parley::edge
