#include "edge/description.hpp"

#include <gtest/gtest.h>

#include "edge/sdp_test_support.hpp"
#include "wire/corpus_test_support.hpp"
#include "wire/rtp_extension.hpp"

namespace parley::edge {
namespace {

using wire::SdpDirection;
using wire::SdpSession;

SdpSession browser_offer() {
  return parsed(wire::corpus_file("sdp_fuzz", "chromium_audio.sdp"));
}

LocalDescription local() {
  LocalDescription local;
  local.session_id = 42;
  local.version = 1;
  local.ice = {"ourUfrag", "ourPasswordOf24Characters"};
  local.fingerprint.fill(0xAB);
  local.candidates = {*SocketAddress::parse("192.0.2.1:5000"),
                      *SocketAddress::parse("[2001:db8::1]:5001")};
  local.ssrc = {1234};
  local.cname = "cname";
  return local;
}

/// The answer to an offer, read back.
SdpSession answer_to(const SdpSession& offer) {
  const auto remote = read_offer(offer);
  if (remote.ok()) return parsed(write_answer(offer, *remote, local()));
  ADD_FAILURE() << remote.error().text;
  return {};
}

void expect_refusal(const SdpSession& offer, RefusalReason reason) {
  const auto remote = read_offer(offer);
  ASSERT_FALSE(remote.ok());
  EXPECT_EQ(remote.error().reason, reason) << remote.error().text;
  EXPECT_FALSE(remote.error().text.empty());
}

TEST(Description, AnswersABrowser) {
  const SdpSession answer = answer_to(browser_offer());
  EXPECT_TRUE(answer.ice_lite);
  EXPECT_EQ(answer.bundles, (std::vector<std::vector<std::string>>{{"0"}}));
  ASSERT_EQ(answer.media.size(), 1u);
  const wire::SdpMedia& audio = answer.media[0];
  EXPECT_EQ(audio.mid, "0");
  EXPECT_EQ(audio.port, 5000);
  EXPECT_EQ(audio.connection, "192.0.2.1");
  EXPECT_TRUE(audio.rtcp_mux && audio.rtcp_rsize && audio.end_of_candidates);
  EXPECT_EQ(audio.direction, SdpDirection::sendrecv);
  EXPECT_EQ(audio.transport.setup, wire::SdpSetup::passive);
  EXPECT_EQ(audio.transport.ice_ufrag, "ourUfrag");
  EXPECT_EQ(audio.transport.fingerprints[0].digest, Bytes(32, 0xAB));
  ASSERT_EQ(audio.candidates.size(), 2u);
  EXPECT_EQ(audio.candidates[1].socket_address()->text(), "[2001:db8::1]:5001");
  EXPECT_GT(audio.candidates[0].priority, audio.candidates[1].priority);
  ASSERT_EQ(audio.codecs.size(), 2u);
  EXPECT_TRUE(audio.codecs[0].is("opus", 48'000, 2));
  EXPECT_EQ(audio.codecs[0].payload_type, wire::PayloadType{111});
  EXPECT_EQ(wire::fmtp_parameter(audio.codecs[0].fmtp, "useinbandfec"), "1");
  EXPECT_EQ(audio.codecs[1].payload_type, wire::PayloadType{110});
  EXPECT_TRUE(audio.codecs[1].is("telephone-event", 48'000));
  ASSERT_EQ(audio.extmaps.size(), 1u) << "of the extensions only the level is ours";
  EXPECT_EQ(audio.extmaps[0].uri, wire::kAudioLevelUri);
  EXPECT_EQ(audio.sources, (std::vector<wire::SdpSource>{{{1234}, "cname"}}));
  EXPECT_EQ(audio.msids.size(), 1u) << "the browser's ontrack wants a stream";
}

/// Peers that we never saw depend on it.
TEST(Description, AnswersABrowserWordForWordAsEver) {
  const SdpSession offer = browser_offer();
  EXPECT_EQ(write_answer(offer, *read_offer(offer), local()),
            "v=0\r\n"
            "o=- 42 1 IN IP4 127.0.0.1\r\n"
            "s=-\r\n"
            "t=0 0\r\n"
            "a=group:BUNDLE 0\r\n"
            "a=ice-lite\r\n"
            "m=audio 5000 UDP/TLS/RTP/SAVPF 111 110\r\n"
            "c=IN IP4 192.0.2.1\r\n"
            "a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host\r\n"
            "a=candidate:2 1 udp 2130706175 2001:db8::1 5001 typ host\r\n"
            "a=end-of-candidates\r\n"
            "a=ice-ufrag:ourUfrag\r\n"
            "a=ice-pwd:ourPasswordOf24Characters\r\n"
            "a=fingerprint:sha-256 "
            "AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:"
            "AB:AB:AB:AB\r\n"
            "a=setup:passive\r\n"
            "a=mid:0\r\n"
            "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
            "a=sendrecv\r\n"
            "a=msid:parley audio\r\n"
            "a=rtcp-mux\r\n"
            "a=rtcp-rsize\r\n"
            "a=rtpmap:111 opus/48000/2\r\n"
            "a=fmtp:111 minptime=10;useinbandfec=1\r\n"
            "a=rtpmap:110 telephone-event/48000\r\n"
            "a=fmtp:110 0-16\r\n"
            "a=ptime:20\r\n"
            "a=ssrc:1234 cname:cname\r\n");
}

TEST(Description, AnswersTwoOtherStacks) {
  const SdpSession werift = answer_to(parsed(wire::corpus_file("sdp_fuzz", "werift_audio.sdp")));
  ASSERT_EQ(werift.media.size(), 1u);
  EXPECT_EQ(werift.media[0].codecs.size(), 1u) << "it has no telephone-event";
  EXPECT_EQ(werift.media[0].codecs[0].payload_type, wire::PayloadType{96});
  EXPECT_FALSE(werift.media[0].rtcp_rsize);
  const SdpSession wrtc = answer_to(parsed(wire::corpus_file("sdp_fuzz", "wrtc_audio.sdp")));
  ASSERT_EQ(wrtc.media.size(), 1u);
  EXPECT_EQ(wrtc.media[0].codecs[1].payload_type, wire::PayloadType{110});
}

TEST(Description, RejectsWhatIsNotAudio) {
  const SdpSession offer = parsed(wire::corpus_file("sdp_fuzz", "chromium_audio_video.sdp"));
  const SdpSession answer = answer_to(offer);
  ASSERT_EQ(answer.media.size(), 3u);
  EXPECT_NE(answer.media[0].port, 0);
  for (const std::size_t i : {1u, 2u}) {
    EXPECT_EQ(answer.media[i].port, 0);
    EXPECT_EQ(answer.media[i].kind, offer.media[i].kind);
    EXPECT_EQ(answer.media[i].protocol, offer.media[i].protocol);
    EXPECT_EQ(answer.media[i].mid, offer.media[i].mid);
  }
  EXPECT_EQ(answer.bundles, (std::vector<std::vector<std::string>>{{offer.media[0].mid}}));
}

TEST(Description, MirrorsTheDirection) {
  const std::pair<SdpDirection, SdpDirection> pairs[] = {
      {SdpDirection::sendrecv, SdpDirection::sendrecv},
      {SdpDirection::sendonly, SdpDirection::recvonly},
      {SdpDirection::recvonly, SdpDirection::sendonly},
      {SdpDirection::inactive, SdpDirection::inactive}};
  for (const auto& [offered, answered] : pairs) {
    SdpSession offer = browser_offer();
    offer.media[0].direction = offered;
    const SdpSession answer = answer_to(offer);
    EXPECT_EQ(answer.media[0].direction, answered);
    EXPECT_EQ(answer.media[0].sources.empty(), !sends(answered));
  }
}

TEST(Description, TakesTheFirstKnownCodecAndItsOwnKeys) {
  SdpSession offer = browser_offer();
  auto& codecs = offer.media[0].codecs;
  std::reverse(codecs.begin(), codecs.end());
  const auto remote = read_offer(offer);
  ASSERT_TRUE(remote.ok());
  EXPECT_EQ(remote->audio.codec, codec::Codec::pcma);
  EXPECT_EQ(remote->audio.clock_rate, 8'000u);
  EXPECT_EQ(remote->audio.telephone_event, wire::PayloadType{126});
  std::erase_if(codecs, [](const auto& c) { return c.payload_type == wire::PayloadType{126}; });
  EXPECT_FALSE(read_offer(offer)->audio.telephone_event) << "the clock rates differ";
}

TEST(Description, RefusesWhatItCannotUse) {
  const auto changed = [](auto&& change) {
    SdpSession offer = browser_offer();
    change(offer, offer.media[0]);
    return offer;
  };
  expect_refusal(changed([](auto& s, auto&) { s.media.clear(); }), RefusalReason::no_audio);
  expect_refusal(changed([](auto&, auto& m) { m.port = 0; }), RefusalReason::no_audio);
  expect_refusal(changed([](auto&, auto& m) { m.protocol = "RTP/AVP"; }), RefusalReason::no_audio);
  expect_refusal(changed([](auto&, auto& m) { m.transport.ice_ufrag.clear(); }),
                 RefusalReason::no_ice_credentials);
  expect_refusal(changed([](auto&, auto& m) { m.transport.ice_pwd.clear(); }),
                 RefusalReason::no_ice_credentials);
  expect_refusal(changed([](auto&, auto& m) { m.transport.fingerprints[0].hash = "sha-1"; }),
                 RefusalReason::no_fingerprint);
  expect_refusal(changed([](auto&, auto& m) { m.transport.fingerprints[0].digest.pop_back(); }),
                 RefusalReason::no_fingerprint);
  expect_refusal(changed([](auto&, auto& m) { m.rtcp_mux = false; }), RefusalReason::no_rtcp_mux);
  expect_refusal(changed([](auto& s, auto& m) {
                   s.media.push_back(m);
                   s.bundles.clear();
                 }),
                 RefusalReason::not_bundled);
  expect_refusal(changed([](auto&, auto& m) {
                   std::erase_if(m.codecs, [](const auto& c) {
                     return codec::codec_of(c.name, c.clock_rate).has_value();
                   });
                 }),
                 RefusalReason::no_codec);
  for (const auto setup : {wire::SdpSetup::passive, wire::SdpSetup::holdconn})
    expect_refusal(changed([&](auto&, auto& m) { m.transport.setup = setup; }),
                   RefusalReason::wrong_setup);
}

TEST(Description, TakesTheTransportOfTheBundle) {
  SdpSession offer = parsed(wire::corpus_file("sdp_fuzz", "chromium_audio_video.sdp"));
  const wire::SdpTransport transport = offer.media[0].transport;
  std::swap(offer.media[0], offer.media[1]);
  offer.bundles = {{offer.media[0].mid, offer.media[1].mid}};
  offer.media[0].transport = transport;
  offer.media[1].transport = {};
  const auto remote = read_offer(offer);
  ASSERT_TRUE(remote.ok()) << remote.error().text;
  EXPECT_EQ(remote->section, 1u);
  EXPECT_EQ(remote->ice.ufrag, transport.ice_ufrag);
}

TEST(Description, OffersWhatItReadsItself) {
  const SdpSession offer = parsed(write_offer({}, local()));
  const auto remote = read_offer(offer);
  ASSERT_TRUE(remote.ok()) << remote.error().text;
  EXPECT_EQ(remote->audio, (AudioFormat{codec::Codec::opus, {111}, {{110}}, 48'000, 1}));
  EXPECT_EQ(offer.media[0].transport.setup, wire::SdpSetup::actpass);
  EXPECT_EQ(offer.media[0].codecs.size(), 5u);
  EXPECT_EQ(remote->candidates.size(), 2u);
  const SdpSession bare = parsed(write_offer({.codecs = {codec::Codec::pcmu},
                                              .direction = SdpDirection::recvonly,
                                              .telephone_events = false,
                                              .audio_levels = false},
                                             local()));
  EXPECT_EQ(read_offer(bare)->audio,
            (AudioFormat{codec::Codec::pcmu, {0}, std::nullopt, 8'000, std::nullopt}));
  EXPECT_TRUE(bare.media[0].sources.empty());
}

TEST(Description, TakesAnswersOfLitePassivePeersOnly) {
  const SdpSession offer = parsed(write_offer({}, local()));
  SdpSession answer = parsed(write_answer(offer, *read_offer(offer), local()));
  const auto remote = read_answer(answer);
  ASSERT_TRUE(remote.ok()) << remote.error().text;
  EXPECT_EQ(remote->ice.password, "ourPasswordOf24Characters");
  ASSERT_EQ(remote->candidates.size(), 2u);
  EXPECT_EQ(remote->candidates[0].address.text(), "192.0.2.1:5000");
  answer.ice_lite = false;
  EXPECT_EQ(read_answer(answer).error().reason, RefusalReason::not_lite);
  answer.ice_lite = true;
  answer.media[0].transport.setup = wire::SdpSetup::active;
  EXPECT_EQ(read_answer(answer).error().reason, RefusalReason::wrong_setup);
}

}  // namespace
}  // namespace parley::edge
