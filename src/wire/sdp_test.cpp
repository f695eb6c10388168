#include "wire/sdp.hpp"

#include <gtest/gtest.h>

#include "wire/corpus_test_support.hpp"
#include "wire/rtp_extension.hpp"

namespace parley::wire {
namespace {

std::string offer(const std::string& name) {
  return corpus_file("sdp_fuzz", name);
}

SdpSession parsed(const std::string& text) {
  auto session = parse_sdp(text);
  if (session.ok()) return *session;
  ADD_FAILURE() << to_text(session.error());
  return {};
}

TEST(Sdp, ReadsChromiumsAudioOffer) {
  const SdpSession session = parsed(offer("chromium_audio.sdp"));
  EXPECT_EQ(session.origin.session_id, 2586031987402343097u);
  EXPECT_EQ(session.bundles, (std::vector<std::vector<std::string>>{{"0"}}));
  EXPECT_TRUE(session.extmap_allow_mixed);
  EXPECT_FALSE(session.ice_lite);
  ASSERT_EQ(session.media.size(), 1u);
  const SdpMedia& audio = session.media[0];
  EXPECT_EQ(audio.kind, "audio");
  EXPECT_EQ(audio.port, 36525);
  EXPECT_EQ(audio.protocol, "UDP/TLS/RTP/SAVPF");
  EXPECT_EQ(audio.mid, "0");
  EXPECT_EQ(audio.direction, SdpDirection::sendrecv);
  EXPECT_TRUE(audio.rtcp_mux && audio.rtcp_rsize);
  ASSERT_EQ(audio.codecs.size(), 8u);
  EXPECT_EQ(audio.codecs[0].payload_type, PayloadType{111});
  EXPECT_TRUE(audio.codecs[0].is("OPUS", 48000, 2));
  EXPECT_EQ(fmtp_parameter(audio.codecs[0].fmtp, "useinbandfec"), "1");
  EXPECT_EQ(audio.codecs[0].feedback, (std::vector<std::string>{"transport-cc"}));
  ASSERT_NE(audio.find_codec({126}), nullptr);
  EXPECT_TRUE(audio.find_codec({126})->is("telephone-event", 8000));
  ASSERT_NE(audio.find_extmap(kAudioLevelUri), nullptr);
  EXPECT_EQ(audio.find_extmap(kAudioLevelUri)->id, 1);
  EXPECT_EQ(audio.find_extmap(kMidUri)->id, 4);
  EXPECT_EQ(audio.sources, (std::vector<SdpSource>{{{2009420409}, "njYE8+2GXRPf62O2"}}));
  EXPECT_EQ(audio.msids.size(), 1u);
}

TEST(Sdp, ReadsTheTransportOfChromiumsOffer) {
  const SdpSession session = parsed(offer("chromium_audio.sdp"));
  ASSERT_EQ(session.media.size(), 1u);
  const SdpTransport transport = session.transport_of(session.media[0]);
  EXPECT_EQ(transport.ice_ufrag, "M2qE");
  EXPECT_EQ(transport.ice_pwd, "16BDoUJp691/zunyync3XX9n");
  EXPECT_EQ(transport.ice_options, (std::vector<std::string>{"trickle"}));
  EXPECT_EQ(transport.setup, SdpSetup::actpass);
  ASSERT_EQ(transport.fingerprints.size(), 1u);
  EXPECT_EQ(transport.fingerprints[0].hash, "sha-256");
  EXPECT_EQ(to_hex(transport.fingerprints[0].digest).substr(0, 8), "724c11a8");
  const auto& candidates = session.media[0].candidates;
  ASSERT_EQ(candidates.size(), 4u);
  EXPECT_EQ(candidates[0].socket_address()->text(), "192.0.2.2:36525");
  EXPECT_EQ(candidates[1].socket_address()->text(), "[fd00::2]:60456");
  EXPECT_EQ(candidates[2].transport, Transport::tcp);
  EXPECT_EQ(candidates[2].tcp_type, TcpType::active);
}

TEST(Sdp, ReadsChromiumsOfferOfAudioVideoAndData) {
  const SdpSession session = parsed(offer("chromium_audio_video.sdp"));
  ASSERT_EQ(session.media.size(), 3u);
  const SdpMedia& video = session.media[1];
  EXPECT_EQ(video.kind, "video");
  EXPECT_EQ(video.codecs.size(), 23u);
  ASSERT_NE(video.find_codec({102}), nullptr);
  EXPECT_TRUE(video.find_codec({102})->is("H264", 90000));
  EXPECT_EQ(fmtp_parameter(video.find_codec({102})->fmtp, "packetization-mode"), "1");
  EXPECT_EQ(video.source_groups,
            (std::vector<SdpSourceGroup>{{"FID", {{3630125932}, {4193310650}}}}));
  const SdpMedia& data = session.media[2];
  EXPECT_FALSE(data.is_rtp());
  EXPECT_EQ(data.formats, (std::vector<std::string>{"webrtc-datachannel"}));
  EXPECT_EQ(data.mid, "2");
}

TEST(Sdp, ReadsWeriftsOffer) {
  const SdpSession session = parsed(offer("werift_audio.sdp"));
  ASSERT_EQ(session.media.size(), 1u);
  const SdpMedia& audio = session.media[0];
  ASSERT_EQ(audio.codecs.size(), 2u);
  EXPECT_TRUE(audio.codecs[0].is("opus", 48000, 2));
  EXPECT_TRUE(audio.codecs[1].is("pcmu", 8000));
  EXPECT_TRUE(audio.end_of_candidates);
  EXPECT_EQ(audio.candidates.size(), 2u);
  EXPECT_EQ(audio.sources.size(), 1u);
}

TEST(Sdp, ReadsTheOfferOfNodesLibwebrtc) {
  const SdpSession session = parsed(offer("wrtc_audio.sdp"));
  ASSERT_EQ(session.media.size(), 1u);
  EXPECT_EQ(session.media[0].codecs.size(), 15u);
  EXPECT_TRUE(session.media[0].find_codec({110})->is("telephone-event", 48000));
  EXPECT_FALSE(session.media[0].rtcp_rsize);
  EXPECT_EQ(session.media[0].candidates.size(), 8u);
}

TEST(Sdp, ReadsEveryMember) {
  const SdpSession session = parsed(offer("every_member.sdp"));
  EXPECT_EQ(session.origin, (SdpOrigin{"parley", UINT64_MAX, 7, "::1"}));
  EXPECT_EQ(session.name, "every member of the model");
  EXPECT_EQ(session.connection, "::");
  EXPECT_TRUE(session.ice_lite);
  ASSERT_EQ(session.media.size(), 3u);
  const SdpMedia& audio = session.media[0];
  EXPECT_EQ(session.transport_of(audio).ice_ufrag, "sess");
  EXPECT_EQ(session.transport_of(audio).setup, SdpSetup::passive);
  EXPECT_EQ(session.direction_of(audio), SdpDirection::sendonly);
  EXPECT_TRUE(audio.codecs[0].is("PCMU", 8000)) << "a static payload type needs no rtpmap";
  EXPECT_EQ(audio.feedback, (std::vector<std::string>{"nack"}));
  EXPECT_EQ(audio.ptime, 20u);
  EXPECT_EQ(audio.maxptime, 60u);
  ASSERT_EQ(audio.candidates.size(), 3u) << "ssltcp is skipped";
  EXPECT_EQ(audio.candidates[0].address, "8a1c-4f.local");
  EXPECT_FALSE(audio.candidates[0].socket_address());
  EXPECT_EQ(audio.candidates[1].type, CandidateType::srflx);
  EXPECT_EQ(audio.candidates[1].related_address, "10.0.1.1");
  EXPECT_EQ(audio.candidates[1].related_port, 8998);
  EXPECT_EQ(audio.candidates[2].component, 2);
  const SdpMedia& video = session.media[1];
  EXPECT_EQ(session.transport_of(video).ice_ufrag, "vide");
  EXPECT_EQ(session.transport_of(video).setup, SdpSetup::active);
  EXPECT_EQ(session.transport_of(video).fingerprints, session.transport.fingerprints);
  EXPECT_EQ(session.direction_of(video), SdpDirection::inactive);
  EXPECT_TRUE(video.bundle_only);
  EXPECT_EQ(video.extmaps[1], (SdpExtmap{4096, SdpDirection::recvonly, "urn:x:far"}));
  EXPECT_EQ(video.rids, (std::vector<std::string>{"hi send", "lo send"}));
  EXPECT_EQ(video.simulcast, "send hi;lo");
  EXPECT_EQ(video.sources, (std::vector<SdpSource>{{{1}, "c"}, {{2}, ""}}));
}

TEST(Sdp, RoundTripsEveryOffer) {
  for (const auto& [name, text] : corpus("sdp_fuzz")) {
    const auto session = parse_sdp(text);
    if (!session.ok()) continue;
    const std::string written = write_sdp(*session);
    const auto again = parse_sdp(written);
    ASSERT_TRUE(again.ok()) << name << ": " << to_text(again.error()) << '\n' << written;
    EXPECT_EQ(*again, *session) << name;
    EXPECT_EQ(write_sdp(*again), written) << name;
  }
}

TEST(Sdp, WritesAnAnswer) {
  SdpSession session;
  session.origin.session_id = 1;
  session.bundles = {{"0"}};
  session.ice_lite = true;
  SdpMedia audio;
  audio.mid = "0";
  audio.direction = SdpDirection::sendrecv;
  audio.rtcp_mux = true;
  audio.transport = {.ice_ufrag = "abcd",
                     .ice_pwd = "0123456789012345678901",
                     .ice_options = {},
                     .fingerprints = {{"sha-1", Bytes(20, 0xAB)}},
                     .setup = SdpSetup::passive};
  SdpCodec opus;
  opus.payload_type = {111};
  opus.name = "opus";
  opus.clock_rate = 48000;
  opus.channels = 2;
  opus.fmtp = "useinbandfec=1";
  audio.codecs = {opus};
  audio.ptime = 20;
  session.media = {audio};
  std::string digest = "AB";
  for (int i = 1; i < 20; ++i) digest += ":AB";
  EXPECT_EQ(write_sdp(session),
            "v=0\r\no=- 1 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=ice-lite\r\n"
            "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\n"
            "a=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-1 " +
                digest +
                "\r\na=setup:passive\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n"
                "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\na=ptime:20\r\n");
}

TEST(Sdp, FindsParametersOfFmtp) {
  EXPECT_EQ(fmtp_parameter("a=1; B = x=y ;c", "b"), "x=y");
  EXPECT_EQ(fmtp_parameter("a=1; B = x=y ;c", "c"), "");
  EXPECT_EQ(fmtp_parameter("0-16", "a"), std::nullopt);
  EXPECT_EQ(fmtp_parameter("", "a"), std::nullopt);
}

}  // namespace
}  // namespace parley::wire
