#include "edge/video_demux.hpp"

#include <gtest/gtest.h>

#include "wire/rtp_extension.hpp"

namespace parley::edge {
namespace {

using wire::SdpDirection;

constexpr wire::PayloadType kH264{102};
constexpr std::uint8_t kMidId = 4;

VideoSection section(std::size_t index, std::vector<wire::Ssrc> ssrcs = {},
                     SdpDirection direction = SdpDirection::sendonly) {
  return {.section = index,
          .mid = std::to_string(index),
          .payload_type = kH264,
          .direction = direction,
          .mid_extension_id = kMidId,
          .ssrcs = std::move(ssrcs)};
}

std::optional<std::size_t> find(VideoDemux& demux, std::uint32_t ssrc, std::string_view mid = {},
                                wire::PayloadType payload_type = kH264) {
  wire::ExtensionWriter writer;
  if (!mid.empty()) writer.add(kMidId, as_bytes(mid));
  wire::RtpPacket packet;
  packet.header.payload_type = payload_type;
  packet.header.ssrc = {ssrc};
  packet.extension = writer.block();
  return demux.section_of(packet);
}

TEST(VideoDemux, FollowsTheMidAndRemembersItsSource) {
  VideoDemux demux;
  demux.configure({section(1), section(2)});
  EXPECT_FALSE(find(demux, 7)) << "either could be meant";
  EXPECT_EQ(find(demux, 7, "2"), 2u);
  EXPECT_EQ(find(demux, 7), 2u);
  EXPECT_EQ(find(demux, 7, "1"), 1u) << "it moved";
  EXPECT_EQ(find(demux, 7), 1u);
  EXPECT_FALSE(find(demux, 8, "3")) << "no such section";
}

TEST(VideoDemux, FollowsWhatWasAnnounced) {
  VideoDemux demux;
  demux.configure({section(1, {{10}}), section(2, {{20}, {21}})});
  EXPECT_EQ(find(demux, 10), 1u);
  EXPECT_EQ(find(demux, 21), 2u);
  EXPECT_EQ(demux.source_of(2), wire::Ssrc{21});
  EXPECT_EQ(find(demux, 20), 2u);
  EXPECT_EQ(demux.source_of(2), wire::Ssrc{20}) << "the newest one";
  EXPECT_FALSE(demux.source_of(3));
}

TEST(VideoDemux, TakesTheOnlySectionOfItsType) {
  VideoDemux demux;
  demux.configure({section(1), section(2, {}, SdpDirection::recvonly)});
  EXPECT_EQ(find(demux, 7), 1u) << "the peer does not send in the other";
  EXPECT_FALSE(find(demux, 7, {}, {96}));
  EXPECT_FALSE(find(demux, 7, "1", {96})) << "a type that was not agreed on";
  EXPECT_FALSE(find(demux, 9, "2"));
}

TEST(VideoDemux, KeepsWhatItLearnedOfSectionsThatStay) {
  VideoDemux demux;
  demux.configure({section(1), section(2)});
  EXPECT_EQ(find(demux, 7, "1"), 1u);
  EXPECT_EQ(find(demux, 8, "2"), 2u);
  demux.configure({section(2), section(3)});
  EXPECT_FALSE(find(demux, 7));
  EXPECT_EQ(find(demux, 8), 2u);
  EXPECT_EQ(demux.source_of(2), wire::Ssrc{8});
}

TEST(VideoDemux, RemembersNoMoreSourcesThanItsLimit) {
  VideoDemux demux;
  demux.configure({section(1), section(2)});
  for (std::uint32_t ssrc = 1; ssrc <= VideoDemux::kMaxSources; ++ssrc)
    EXPECT_EQ(find(demux, ssrc, "2"), 2u);
  EXPECT_EQ(find(demux, 1000, "2"), 2u) << "its MID still tells";
  EXPECT_FALSE(find(demux, 1000));
  EXPECT_EQ(find(demux, 1), 2u) << "who was there first stays";
}

}  // namespace
}  // namespace parley::edge
