#include <gtest/gtest.h>

#include "edge/leg_test_support.hpp"
#include "edge/webrtc_leg.hpp"

namespace parley::edge {
namespace {

using namespace std::chrono_literals;
using wire::SdpDirection;

// The client's sections: it sends in the first and sees in the second.
constexpr std::size_t kCamera = 1;
constexpr std::size_t kSlot = 2;
const OfferOptions kCameraAndSlot{.video = {SdpDirection::sendonly, SdpDirection::recvonly}};

struct VideoLink : LegLink {
  explicit VideoLink(std::uint64_t seed) : LegLink(seed) {
    server_options.most_video = kMaxVideoSections;
  }

  void send(WebrtcLeg& leg, std::size_t section, std::uint16_t sequence, const Bytes& payload) {
    leg.send_video(clock(), {.section = section,
                             .marker = true,
                             .sequence = {sequence},
                             .timestamp = {sequence * 3'000u},
                             .payload = payload});
    drain();
    run_for(50ms);
  }
  static std::vector<std::size_t> wanted(const Side& side) {
    std::vector<std::size_t> sections;
    for (const LegEvent& event : side.events)
      if (const auto* wish = std::get_if<KeyFrameWanted>(&event)) sections.push_back(wish->section);
    return sections;
  }
};

TEST(WebrtcLegVideo, CarriesPicturesBesideTheSound) {
  VideoLink link(1);
  ASSERT_TRUE(link.negotiate(kCameraAndSlot));
  link.run_until(300ms);
  const Bytes picture(1'100, 0x61);
  link.send(*link.client.leg, kCamera, 17, picture);
  link.send(*link.server.leg, kSlot, 18, picture);
  for (const auto& [side, section] : {std::pair(&link.server, kCamera), {&link.client, kSlot}}) {
    ASSERT_EQ(side->heard.size(), 1u);
    EXPECT_EQ(side->heard[0].video, section);
    EXPECT_EQ(side->heard[0].payload, picture);
    EXPECT_TRUE(side->heard[0].header.marker);
  }
  const auto& seen = link.client.heard[0].header;
  EXPECT_EQ(seen.ssrc, link.server.leg->video()[1].ssrc);
  EXPECT_EQ(seen.sequence, wire::SequenceNumber{18});
  EXPECT_EQ(seen.timestamp, wire::RtpTimestamp{54'000});
  link.client.leg->send(link.clock(), {.payload_type = link.client.leg->audio().payload_type,
                                       .timestamp = {960},
                                       .payload = picture});
  link.drain();
  link.run_for(50ms);
  ASSERT_EQ(link.server.heard.size(), 2u);
  EXPECT_FALSE(link.server.heard[1].video);
}

TEST(WebrtcLegVideo, HandsPaddingOver) {
  VideoLink link(2);
  ASSERT_TRUE(link.negotiate(kCameraAndSlot));
  link.run_until(300ms);
  link.send(*link.client.leg, kCamera, 17, {});
  ASSERT_EQ(link.server.heard.size(), 1u);
  EXPECT_TRUE(link.server.heard[0].payload.empty());
}

TEST(WebrtcLegVideo, AsksForKeyFramesAndIsAsked) {
  VideoLink link(3);
  ASSERT_TRUE(link.negotiate(kCameraAndSlot));
  link.run_until(300ms);
  link.server.leg->request_key_frame(kCamera);
  link.drain();
  link.run_for(50ms);
  EXPECT_TRUE(VideoLink::wanted(link.client).empty()) << "of which stream is not known yet";
  link.send(*link.client.leg, kCamera, 17, {0x61, 1});
  link.send(*link.server.leg, kSlot, 18, {0x61, 1});
  link.server.leg->request_key_frame(kCamera);
  link.client.leg->request_key_frame(kSlot);
  link.drain();
  link.run_for(50ms);
  EXPECT_EQ(VideoLink::wanted(link.client), std::vector<std::size_t>{kCamera});
  EXPECT_EQ(VideoLink::wanted(link.server), std::vector<std::size_t>{kSlot});
}

TEST(WebrtcLegVideo, KeepsToWhatWasAgreed) {
  VideoLink link(4);
  ASSERT_TRUE(link.negotiate(kCameraAndSlot));
  link.run_until(300ms);
  link.send(*link.client.leg, kSlot, 17, {0x61, 1});    // it only receives there
  link.send(*link.server.leg, kCamera, 17, {0x61, 1});  // so does the server here
  link.send(*link.server.leg, 7, 17, {0x61, 1});        // there is none
  link.send(*link.client.leg, kCamera, 17, Bytes(link.client_options.max_payload + 1));
  EXPECT_TRUE(link.client.heard.empty() && link.server.heard.empty());
  EXPECT_EQ(link.server.leg->stats().sent_on_hold, 2u);
  EXPECT_EQ(link.client.leg->stats().sent_on_hold, 1u);
  EXPECT_EQ(link.client.leg->stats().sent_too_large, 1u);
}

TEST(WebrtcLegVideo, IsRefusedWhereItIsSwitchedOff) {
  LegLink link(5);
  ASSERT_TRUE(link.negotiate(kCameraAndSlot));
  link.run_until(300ms);
  ASSERT_TRUE(link.server.has<LegConnected>()) << "the sound is taken";
  EXPECT_TRUE(link.server.leg->video().empty());
  EXPECT_TRUE(link.client.leg->video().empty());
}

TEST(WebrtcLegVideo, KeepsItsSourcesOverNewOffers) {
  VideoLink link(6);
  ASSERT_TRUE(link.negotiate(kCameraAndSlot));
  link.run_until(300ms);
  const wire::Ssrc slot = link.server.leg->video()[1].ssrc;
  OfferOptions more = kCameraAndSlot;
  more.video.push_back(SdpDirection::recvonly);
  ASSERT_TRUE(link.renegotiate(more, false));
  ASSERT_EQ(link.server.leg->video().size(), 3u);
  EXPECT_EQ(link.server.leg->video()[1].ssrc, slot);
  EXPECT_NE(link.server.leg->video()[2].ssrc, slot);
  link.send(*link.server.leg, kSlot + 1, 19, {0x61, 1});
  ASSERT_EQ(link.client.heard.size(), 1u);
  EXPECT_EQ(link.client.heard[0].video, kSlot + 1);
}

}  // namespace
}  // namespace parley::edge
