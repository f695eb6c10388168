#include "edge/video_description.hpp"

#include <gtest/gtest.h>

#include "edge/sdp_test_support.hpp"
#include "wire/corpus_test_support.hpp"
#include "wire/rtp_extension.hpp"

namespace parley::edge {
namespace {

using wire::SdpDirection;
using wire::SdpMedia;
using wire::SdpSession;

/// Audio, video and a data channel in one bundle.
SdpSession browser_offer() {
  return parsed(wire::corpus_file("sdp_fuzz", "chromium_audio_video.sdp"));
}

LocalDescription local() {
  LocalDescription local;
  local.session_id = 42;
  local.ice = {"ourUfrag", "ourPasswordOf24Characters"};
  local.candidates = {*SocketAddress::parse("192.0.2.1:5000")};
  local.ssrc = {1234};
  local.cname = "cname";
  local.video = {{1, {5678}}, {2, {9012}}};
  return local;
}

std::vector<VideoSection> video_of(const SdpSession& offer, std::size_t most = 1) {
  const auto remote = read_offer(offer, most);
  if (remote.ok()) return remote->video;
  ADD_FAILURE() << remote.error().text;
  return {};
}

TEST(VideoDescription, TakesTheBrowsersConstrainedBaseline) {
  const auto video = video_of(browser_offer());
  ASSERT_EQ(video.size(), 1u);
  EXPECT_EQ(video[0].section, 1u);
  EXPECT_EQ(video[0].mid, "1");
  EXPECT_EQ(video[0].payload_type, wire::PayloadType{108}) << "the first of six forms of H.264";
  EXPECT_EQ(video[0].profile_level_id, "42e01f");
  EXPECT_EQ(video[0].direction, SdpDirection::sendrecv);
  EXPECT_EQ(video[0].mid_extension_id, 4);
  EXPECT_EQ(video[0].ssrcs.size(), 2u);
}

TEST(VideoDescription, AnswersWithOneCodecAndPliOnly) {
  const SdpSession offer = browser_offer();
  const SdpSession answer = parsed(write_answer(offer, *read_offer(offer, 1), local()));
  EXPECT_EQ(answer.bundles, (std::vector<std::vector<std::string>>{{"0", "1"}}));
  ASSERT_EQ(answer.media.size(), 3u);
  const SdpMedia& video = answer.media[1];
  EXPECT_EQ(video.kind, "video");
  EXPECT_EQ(video.port, 5000);
  EXPECT_EQ(video.direction, SdpDirection::sendrecv);
  EXPECT_EQ(video.transport, answer.media[0].transport);
  EXPECT_TRUE(video.rtcp_mux);
  ASSERT_EQ(video.codecs.size(), 1u) << "no retransmissions";
  EXPECT_TRUE(video.codecs[0].is("H264", 90'000));
  EXPECT_EQ(video.codecs[0].payload_type, wire::PayloadType{108});
  EXPECT_EQ(video.codecs[0].fmtp,
            "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
  EXPECT_EQ(video.codecs[0].feedback, std::vector<std::string>{"nack pli"});
  ASSERT_EQ(video.extmaps.size(), 1u);
  EXPECT_EQ(video.extmaps[0].uri, wire::kMidUri);
  EXPECT_EQ(video.sources, (std::vector<wire::SdpSource>{{{5678}, "cname"}}));
  EXPECT_EQ(answer.media[2].port, 0) << "the data channel";
}

TEST(VideoDescription, AnnouncesNoSourceWhereThePeerOnlySends) {
  SdpSession offer = browser_offer();
  offer.media[1].direction = SdpDirection::sendonly;
  const SdpSession answer = parsed(write_answer(offer, *read_offer(offer, 1), local()));
  EXPECT_EQ(answer.media[1].direction, SdpDirection::recvonly);
  EXPECT_TRUE(answer.media[1].sources.empty() && answer.media[1].msids.empty());
}

TEST(VideoDescription, IsSwitchedOffByDefault) {
  const SdpSession offer = browser_offer();
  const auto remote = read_offer(offer);
  EXPECT_TRUE(remote->video.empty());
  const SdpSession answer = parsed(write_answer(offer, *remote, local()));
  EXPECT_EQ(answer.media[1].port, 0);
  EXPECT_EQ(answer.bundles, (std::vector<std::vector<std::string>>{{"0"}}));
}

TEST(VideoDescription, RefusesWhatItCannotForward) {
  const auto left = [](auto&& change) {
    SdpSession offer = browser_offer();
    change(offer, offer.media[1]);
    return video_of(offer).size();
  };
  EXPECT_EQ(left([](auto&, auto&) {}), 1u);
  EXPECT_EQ(left([](auto&, auto& m) { m.port = 0; }), 0u);
  EXPECT_EQ(left([](auto&, auto& m) { m.rtcp_mux = false; }), 0u);
  EXPECT_EQ(left([](auto&, auto& m) { m.protocol = "RTP/AVP"; }), 0u);
  EXPECT_EQ(left([](auto& s, auto&) { s.bundles = {{"0"}, {"1"}}; }), 0u) << "another transport";
  EXPECT_EQ(left([](auto&, auto& m) {
              std::erase_if(m.codecs, [](const auto& c) { return c.name == "H264"; });
            }),
            0u);
}

TEST(VideoDescription, KnowsConstrainedBaselineInAllItsForms) {
  const auto takes = [](const std::string& fmtp) {
    SdpSession offer = browser_offer();
    auto& codecs = offer.media[1].codecs;
    std::erase_if(codecs, [](const auto& c) { return c.payload_type != wire::PayloadType{108}; });
    codecs[0].fmtp = fmtp;
    return video_of(offer).size() == 1;
  };
  for (const char* profile : {"42e01f", "42C01F", "42400a", "4d8015", "4df01f", "58c00a"})
    EXPECT_TRUE(takes(std::string("packetization-mode=1;profile-level-id=") + profile)) << profile;
  for (const char* profile : {"42001f", "4d001f", "64001f", "42e0", "42e01f00", "42e01g", ""})
    EXPECT_FALSE(takes(std::string("packetization-mode=1;profile-level-id=") + profile)) << profile;
  EXPECT_FALSE(takes("packetization-mode=0;profile-level-id=42e01f"));
  EXPECT_FALSE(takes("profile-level-id=42e01f")) << "the default is mode 0";
  EXPECT_FALSE(takes("packetization-mode=1")) << "the default is not constrained";
}

TEST(VideoDescription, TakesNoMoreThanItsLimit) {
  SdpSession offer = browser_offer();
  offer.media[2] = offer.media[1];
  offer.media[2].mid = "2";
  EXPECT_EQ(video_of(offer, 1).size(), 1u);
  EXPECT_EQ(video_of(offer, 2).size(), 2u);
  const SdpSession answer = parsed(write_answer(offer, *read_offer(offer, 1), local()));
  EXPECT_EQ(answer.media[2].port, 0);
}

TEST(VideoDescription, OffersWhatItReadsItself) {
  const SdpSession offer =
      parsed(write_offer({.video = {SdpDirection::sendonly, SdpDirection::recvonly}}, local()));
  EXPECT_EQ(offer.bundles, (std::vector<std::vector<std::string>>{{"0", "1", "2"}}));
  const auto video = video_of(offer, 2);
  ASSERT_EQ(video.size(), 2u);
  EXPECT_EQ(video[0].ssrcs, std::vector<wire::Ssrc>{{5678}});
  EXPECT_TRUE(video[1].ssrcs.empty());
  const SdpSession answer = parsed(write_answer(offer, *read_offer(offer, 2), local()));
  const auto accepted = read_answer(answer, 2);
  ASSERT_TRUE(accepted.ok()) << accepted.error().text;
  ASSERT_EQ(accepted->video.size(), 2u);
  EXPECT_EQ(accepted->video[0].direction, SdpDirection::recvonly);
  EXPECT_EQ(accepted->video[1].ssrcs, std::vector<wire::Ssrc>{{9012}});
}

}  // namespace
}  // namespace parley::edge
