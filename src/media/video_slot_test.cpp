#include "media/video_slot.hpp"

#include <gtest/gtest.h>

#include "media/key_frame_requests.hpp"

namespace parley::media {
namespace {

using namespace std::chrono_literals;

const Bytes kKeyFrame{0x67, 0x42, 0xE0, 0x1F};
const Bytes kSlice{0x61, 0x9A, 0x01};
constexpr std::uint32_t kFrame = VideoSlot::kClockRate / 30;

/// A sender of one packet a frame, and the slot that shows it.
struct Source {
  explicit Source(std::uint32_t source, std::uint16_t first, std::uint32_t begins = 0)
      : ssrc{source}, sequence(first), timestamp(begins) {}

  wire::RtpHeader next() {
    timestamp += kFrame;
    return {
        .payload_type = {102}, .sequence = {sequence++}, .timestamp = {timestamp}, .ssrc = ssrc};
  }

  wire::Ssrc ssrc;
  std::uint16_t sequence;
  std::uint32_t timestamp;
};

struct Viewer {
  explicit Viewer(std::uint64_t seed = 1) : random(seed), slot(random) {}

  std::optional<VideoPlace> see(const wire::RtpHeader& header, const Bytes& payload = kSlice) {
    now.monotonic += Duration(1s) / 30;
    return slot.place(now, header, payload);
  }

  SeededRandom random;
  VideoSlot slot;
  Now now{Instant{100s}, {}};
};

/// How many numbers, and how much time, lie between two places.
std::pair<int, int> between(const std::optional<VideoPlace>& a,
                            const std::optional<VideoPlace>& b) {
  if (!a || !b) return {-1000, -1000};
  return {distance(a->sequence, b->sequence), distance(a->timestamp, b->timestamp)};
}

constexpr int kTicks = kFrame;

TEST(VideoSlot, BeginsWithAKeyFrameInTheLowerHalfOfTheNumbers) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Viewer viewer(seed);
    Source source(7, 60'000);
    EXPECT_FALSE(viewer.see(source.next()));
    EXPECT_TRUE(viewer.slot.waits_for_key_frame());
    const auto first = viewer.see(source.next(), kKeyFrame);
    ASSERT_TRUE(first);
    EXPECT_LE(first->sequence.value, 0x8000);
    EXPECT_FALSE(viewer.slot.waits_for_key_frame());
    EXPECT_EQ(between(first, viewer.see(source.next())), std::pair(1, kTicks));
  }
}

TEST(VideoSlot, KeepsTheSourcesSpacingAcrossTheWrapsOfBoth) {
  Viewer viewer;
  Source source(7, 0xFFF0, 0xFFFFFFFFu - 10 * kFrame);
  auto last = viewer.see(source.next(), kKeyFrame);
  for (int i = 0; i < 70'000; ++i) {
    const auto place = viewer.see(source.next());
    ASSERT_EQ(between(last, place), std::pair(1, kTicks)) << i;
    last = place;
  }
}

TEST(VideoSlot, LeavesAGapWhereTheSourceLostSomethingAndFillsItLate) {
  Viewer viewer;
  Source source(7, 10);
  const auto first = viewer.see(source.next(), kKeyFrame);
  const wire::RtpHeader lost = source.next();
  const wire::RtpHeader late = source.next();
  EXPECT_EQ(between(first, viewer.see(source.next())), std::pair(3, 3 * kTicks));
  EXPECT_EQ(between(first, viewer.see(late)), std::pair(2, 2 * kTicks));
  EXPECT_FALSE(viewer.see(late)) << "twice";
  EXPECT_EQ(between(first, viewer.see(source.next())), std::pair(4, 4 * kTicks));
  EXPECT_EQ(between(first, viewer.see(lost)), std::pair(1, kTicks));
}

TEST(VideoSlot, SendsNoNumberTwice) {
  Viewer viewer;
  Source source(7, 10);
  const wire::RtpHeader first = source.next();
  EXPECT_TRUE(viewer.see(first, kKeyFrame));
  EXPECT_FALSE(viewer.see(first, kKeyFrame));
  const wire::RtpHeader second = source.next();
  EXPECT_TRUE(viewer.see(second));
  EXPECT_FALSE(viewer.see(second));
  EXPECT_FALSE(viewer.see(first, kKeyFrame));
}

TEST(VideoSlot, SendsNothingFromBeforeItsKeyFrame) {
  Viewer viewer;
  Source source(7, 10);
  const wire::RtpHeader before = source.next();
  EXPECT_TRUE(viewer.see(source.next(), kKeyFrame));
  EXPECT_FALSE(viewer.see(before));
}

TEST(VideoSlot, LeavesOutPaddingWithoutAGap) {
  Viewer viewer;
  Source source(7, 10);
  const auto first = viewer.see(source.next(), kKeyFrame);
  const wire::RtpHeader late = source.next();
  const wire::RtpHeader padding = source.next();
  EXPECT_FALSE(viewer.see(padding, {}));
  EXPECT_EQ(between(first, viewer.see(source.next())), std::pair(2, 3 * kTicks));
  EXPECT_FALSE(viewer.see(late)) << "its number may be taken";
  EXPECT_FALSE(viewer.see(padding, {}));
  EXPECT_EQ(between(first, viewer.see(source.next())), std::pair(3, 4 * kTicks));
}

TEST(VideoSlot, GoesOnContiguouslyWithAnotherSourcesKeyFrame) {
  Viewer viewer;
  Source one(7, 10), other(8, 40'000, 0xF0000000u);
  viewer.see(one.next(), kKeyFrame);
  const auto last = viewer.see(one.next());
  viewer.slot.switch_source();
  EXPECT_FALSE(viewer.see(other.next()));
  viewer.now.monotonic += 1s;
  const auto first = viewer.see(other.next(), kKeyFrame);
  const auto [numbers, ticks] = between(last, first);
  EXPECT_EQ(numbers, 1);
  EXPECT_NEAR(ticks, static_cast<int>(VideoSlot::kClockRate) + 2 * kTicks, 3)
      << "as much later as it came";
  EXPECT_EQ(between(first, viewer.see(other.next())), std::pair(1, kTicks));
}

TEST(VideoSlot, NeverPutsTwoSourcesAtOneTime) {
  Viewer viewer;
  Source one(7, 10), other(8, 10);
  const auto last = viewer.see(one.next(), kKeyFrame);
  viewer.slot.switch_source();
  const Instant same = viewer.now.monotonic;
  const auto first = viewer.slot.place({same, {}}, other.next(), kKeyFrame);
  EXPECT_EQ(between(last, first), std::pair(1, 1));
}

TEST(VideoSlot, WaitsForAKeyFrameOfASourceThatBeginsAnew) {
  Viewer viewer;
  Source source(7, 10);
  auto last = viewer.see(source.next(), kKeyFrame);
  source.ssrc = {9};
  EXPECT_FALSE(viewer.see(source.next())) << "another SSRC";
  auto place = viewer.see(source.next(), kKeyFrame);
  EXPECT_EQ(between(last, place).first, 1);
  last = place;
  source.sequence = static_cast<std::uint16_t>(source.sequence + VideoSlot::kReorderWindow);
  EXPECT_FALSE(viewer.see(source.next())) << "a gap that no loss makes";
  place = viewer.see(source.next(), kKeyFrame);
  EXPECT_EQ(between(last, place).first, 1);
}

TEST(KeyFrameRequests, AskAtOnceAndThenOnceAnInterval) {
  KeyFrameRequests requests;
  Now now{Instant{100s}, {}};
  EXPECT_FALSE(requests.due(now)) << "nobody wants one";
  int asked = 0;
  for (int i = 0; i < 100; ++i) {  // a viewer that says it every 10 ms for a second
    requests.want();
    if (requests.due(now)) ++asked;
    now.monotonic += 10ms;
  }
  EXPECT_EQ(asked, 2);
}

TEST(KeyFrameRequests, AskAgainUntilAKeyFrameBegins) {
  KeyFrameRequests requests;
  Now now{Instant{100s}, {}};
  requests.want();
  EXPECT_TRUE(requests.due(now));
  now.monotonic += KeyFrameRequests::kMinInterval;
  EXPECT_TRUE(requests.due(now)) << "nothing came";
  requests.key_frame_began();
  now.monotonic += 10 * KeyFrameRequests::kMinInterval;
  EXPECT_FALSE(requests.due(now));
}

TEST(KeyFrameRequests, KeepWhatIsAskedForTooSoonForLater) {
  KeyFrameRequests requests;
  Now now{Instant{100s}, {}};
  requests.want();
  EXPECT_TRUE(requests.due(now));
  requests.key_frame_began();
  now.monotonic += 100ms;
  requests.want();
  EXPECT_FALSE(requests.due(now));
  now.monotonic += KeyFrameRequests::kMinInterval - 100ms;
  EXPECT_TRUE(requests.due(now));
}

}  // namespace
}  // namespace parley::media
