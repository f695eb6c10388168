#include "bridge/bridge_test_support.hpp"

namespace parley::bridge {
namespace {

using namespace testing;
using wire::SdpDirection;

// A caller's sections: it sends in the first and sees in the second.
constexpr std::size_t kCamera = 1;
constexpr std::size_t kSlot = 2;
const edge::OfferOptions kWithVideo{.video = {SdpDirection::sendonly, SdpDirection::recvonly}};
const Bytes kKeyFrame{0x67, 0x42, 0xE0, 0x1F};
const Bytes kSlice{0x61, 0x9A, 0x01};
constexpr auto kFrame = 33ms;
constexpr std::uint32_t kFrameTicks = 2'970;

/// An encoder of one packet a frame: a key frame at the start and when it is asked.
struct Camera {
  explicit Camera(Caller& owner, std::uint16_t first = 65'500) : caller(owner), sequence(first) {}

  void send(World& world) {
    const bool is_key = begins || caller.key_frames_wanted.size() > answered;
    begins = false;
    answered = caller.key_frames_wanted.size();
    Bytes payload = is_key ? kKeyFrame : kSlice;
    payload.push_back(static_cast<std::uint8_t>(caller.id.value));
    caller.leg->send_video(world.now, {.section = kCamera,
                                       .marker = true,
                                       .sequence = {sequence++},
                                       .timestamp = {timestamp += kFrameTicks},
                                       .payload = payload});
  }

  Caller& caller;
  std::uint16_t sequence;
  std::uint32_t timestamp = 0xFFFF0000u;
  bool begins = true;
  std::size_t answered = 0;
};

/// A bridge with video, and two or three callers that are connected.
struct VideoWorld : World {
  explicit VideoWorld(std::uint64_t seed, std::size_t legs = 2)
      : World(seed, legs + 1, edge::kMaxVideoSections) {
    for (std::uint32_t port = 2; port < 2 + legs; ++port) call(PortId{port}, kWithVideo);
    run_for(300ms);
    open();
    for (const auto& caller : callers) cameras.emplace_back(*caller);
  }

  Caller& viewer() { return *callers[1]; }
  void film(int frames) {
    for (int i = 0; i < frames; ++i) {
      for (Camera& camera : cameras) camera.send(*this);
      drain();
      run_for(kFrame);
    }
  }
  bool show(std::uint32_t from) {
    const bool shown = bridge.show(now, viewer().id, kSlot, VideoSource{PortId{from}, kCamera});
    drain();
    return shown;
  }
  std::vector<Caller::Picture> take_seen() { return std::exchange(viewer().seen, {}); }

  std::vector<Camera> cameras;
};

bool is_key_frame(const Caller::Picture& picture) {
  return picture.payload[0] == kKeyFrame[0];
}
std::uint8_t sender_of(const Caller::Picture& picture) {
  return picture.payload.back();
}

void expect_one_stream(const std::vector<Caller::Picture>& seen) {
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].section, kSlot);
    EXPECT_EQ(seen[i].header.ssrc, seen[0].header.ssrc);
    if (i == 0) continue;
    EXPECT_EQ(distance(seen[i - 1].header.sequence, seen[i].header.sequence), 1) << i;
    const auto ticks = distance(seen[i - 1].header.timestamp, seen[i].header.timestamp);
    EXPECT_GT(ticks, 0) << i;
    EXPECT_LT(ticks, 10 * static_cast<int>(kFrameTicks)) << i;
  }
}

TEST(BridgeVideo, ShowsASourceToWhoJoinsLate) {
  VideoWorld world(1);
  world.film(30);
  EXPECT_TRUE(world.viewer().seen.empty()) << "no slot shows it";
  EXPECT_TRUE(world.callers[0]->key_frames_wanted.empty()) << "nobody watches";
  const Instant asked = world.now.monotonic;
  ASSERT_TRUE(world.show(2));
  world.film(60);
  const auto seen = world.take_seen();
  ASSERT_GT(seen.size(), 55u);
  EXPECT_LT(seen[0].at - asked, 4 * kFrame) << "there and back, and its next frame";
  EXPECT_TRUE(is_key_frame(seen[0]));
  EXPECT_EQ(sender_of(seen[0]), 2);
  EXPECT_NE(seen[0].header.ssrc, world.callers[0]->leg->video()[0].ssrc);
  expect_one_stream(seen);
  EXPECT_EQ(world.callers[0]->key_frames_wanted.size(), 1u);
  EXPECT_TRUE(world.callers[1]->key_frames_wanted.empty());
}

TEST(BridgeVideo, AsksForWhoIsNotConnectedYetWhenHeIs) {
  VideoWorld world(10);
  world.film(30);
  const Instant called = world.now.monotonic;
  Caller& late = world.call(PortId{4}, kWithVideo);
  ASSERT_TRUE(world.bridge.show(world.now, late.id, kSlot, VideoSource{PortId{2}, kCamera}));
  world.film(60);
  ASSERT_FALSE(late.seen.empty());
  EXPECT_LT(late.seen[0].at - called, 300ms) << "the handshake, and a round trip to the source";
  EXPECT_EQ(world.callers[0]->key_frames_wanted.size(), 1u);
}

TEST(BridgeVideo, PassesAViewersRequestOnAndBundlesMany) {
  VideoWorld world(2);
  world.film(1);
  ASSERT_TRUE(world.show(2));
  world.film(60);
  world.callers[0]->key_frames_wanted.clear();
  world.cameras[0].answered = 0;
  for (int i = 0; i < 30; ++i) {  // each 33 ms for a second
    world.viewer().leg->request_key_frame(kSlot);
    world.film(1);
  }
  EXPECT_EQ(world.counters.counter("bridge_key_frames_wanted_total"), 30u);
  EXPECT_GE(world.callers[0]->key_frames_wanted.size(), 2u);
  EXPECT_LE(world.callers[0]->key_frames_wanted.size(), 3u);
  const auto seen = world.take_seen();
  EXPECT_GE(std::ranges::count_if(seen, is_key_frame), 3);
  expect_one_stream(seen);
}

TEST(BridgeVideo, AsksAgainUntilTheKeyFrameComes) {
  VideoWorld world(3);
  world.film(1);
  ASSERT_TRUE(world.show(2));
  world.cameras[0].begins = false;
  for (int i = 0; i < 60; ++i) {  // 2 s of a camera that does not listen
    world.cameras[0].answered = 1'000;
    world.film(1);
  }
  EXPECT_TRUE(world.take_seen().empty());
  EXPECT_GE(world.callers[0]->key_frames_wanted.size(), 4u);
  EXPECT_LE(world.callers[0]->key_frames_wanted.size(), 5u);
  EXPECT_GT(world.dropped("before_key_frame"), 50u);
}

TEST(BridgeVideo, ChangesTheSourceOfASlotWithoutASeam) {
  VideoWorld world(4, 3);
  world.film(1);
  ASSERT_TRUE(world.show(2));
  world.film(30);
  ASSERT_TRUE(world.show(4));
  world.film(30);
  const auto seen = world.take_seen();
  expect_one_stream(seen);
  EXPECT_EQ(sender_of(seen.front()), 2);
  EXPECT_EQ(sender_of(seen.back()), 4);
  const auto changed =
      std::ranges::find_if(seen, [](const auto& picture) { return sender_of(picture) == 4; });
  ASSERT_NE(changed, seen.end());
  EXPECT_TRUE(is_key_frame(*changed));
  EXPECT_TRUE(std::all_of(changed, seen.end(),
                          [](const auto& picture) { return sender_of(picture) == 4; }));
}

TEST(BridgeVideo, ShowsNothingMoreWhenASlotIsEmptied) {
  VideoWorld world(5);
  world.film(1);
  ASSERT_TRUE(world.show(2));
  world.film(30);
  EXPECT_FALSE(world.take_seen().empty());
  EXPECT_TRUE(world.bridge.show(world.now, world.viewer().id, kSlot, std::nullopt));
  world.run_for(100ms);
  world.take_seen();
  world.film(10);
  EXPECT_TRUE(world.take_seen().empty());
  EXPECT_FALSE(world.bridge.show(world.now, world.viewer().id, 9, std::nullopt)) << "no such slot";
  EXPECT_FALSE(world.bridge.show(world.now, PortId{77}, kSlot, std::nullopt));
}

TEST(BridgeVideo, LeavesGapsWhereTheSourcesPacketsWereLost) {
  VideoWorld world(6);
  world.film(1);
  ASSERT_TRUE(world.show(2));
  world.film(10);
  world.take_seen();
  world.loss = 0.1;
  world.jitter = 60ms;
  world.film(300);
  world.loss = 0;
  world.run_for(200ms);
  const auto seen = world.take_seen();
  ASSERT_GT(seen.size(), 150u);
  std::vector<std::int32_t> numbers;
  numbers.reserve(seen.size());
  for (const auto& picture : seen)
    numbers.push_back(distance(seen[0].header.sequence, picture.header.sequence));
  EXPECT_FALSE(std::ranges::is_sorted(numbers)) << "late ones find their place";
  std::ranges::sort(numbers);
  EXPECT_EQ(std::ranges::adjacent_find(numbers), numbers.end()) << "no number twice";
  EXPECT_NEAR(numbers.back() - numbers.front(), 300, 15) << "the lost ones keep theirs";
}

TEST(BridgeVideo, BeginsAnewForAnotherPeerOfTheViewersLeg) {
  VideoWorld world(9);
  world.film(1);
  ASSERT_TRUE(world.show(2));
  world.film(30);
  world.take_seen();
  edge::LegOptions options = edge::LegLink::options("192.0.2.12:6000");
  options.certificate = std::make_shared<const crypto::Certificate>(
      crypto::Certificate::generate_self_signed(world.now));
  Caller& viewer = world.viewer();
  viewer.leg = edge::WebrtcLeg::offer(kWithVideo, options, {world.pool, world.random});
  const auto answer = world.bridge.reoffer(world.now, viewer.id, viewer.leg->offer_sdp());
  ASSERT_TRUE(answer.ok()) << answer.error();
  ASSERT_TRUE(viewer.leg->set_answer(world.now, *answer).ok());
  world.film(60);
  const auto seen = world.take_seen();
  ASSERT_GT(seen.size(), 20u);
  EXPECT_TRUE(is_key_frame(seen[0]));
  EXPECT_TRUE(viewer.key_frames_wanted.empty());
  expect_one_stream(seen);
}

TEST(BridgeVideo, IsNoSound) {
  VideoWorld world(7);
  for (const auto& caller : world.callers) caller->microphone_on = false;
  ASSERT_TRUE(world.show(2));
  world.run_for(11s);
  world.events.clear();
  world.film(10);
  EXPECT_FALSE(world.told<model::PortMediaStarted>()) << "it is told of the sound alone";
  EXPECT_FALSE(world.take_seen().empty());
}

TEST(BridgeVideo, FlowsOnlyOnceTheConversationIsOpen) {
  World world(8, 2, edge::kMaxVideoSections);
  Caller& source = world.call(PortId{2}, kWithVideo);
  Caller& viewer = world.call(PortId{3}, kWithVideo);
  world.run_for(300ms);
  ASSERT_TRUE(world.bridge.show(world.now, viewer.id, kSlot, VideoSource{source.id, kCamera}));
  Camera camera(source);
  camera.send(world);
  world.drain();
  world.run_for(100ms);
  EXPECT_TRUE(viewer.seen.empty());
  EXPECT_GT(world.dropped("before_open"), 0u);
}

}  // namespace
}  // namespace parley::bridge
