#include "proto/rtp/jitter_buffer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <queue>
#include <set>

#include "base/random.hpp"

namespace parley::rtp {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kFrame = 960;
constexpr Duration kTick = milliseconds(20);

Now at(Duration since_start) {
  return {Instant{} + since_start, UtcTime{}};
}

/// The n-th 20 ms frame of one sender; its payload holds n.
struct Sender {
  std::uint32_t ssrc = 7;
  std::uint16_t first_sequence = 65'530;
  std::uint32_t first_timestamp = 0xFFFFF000;
  std::array<std::uint8_t, 4> payload{};

  AudioPacket packet(std::uint32_t n) {
    ByteWriter writer;
    writer.u32(n);
    std::copy(writer.view().begin(), writer.view().end(), payload.begin());
    return {.header = {.marker = n == 0,
                       .payload_type = {111},
                       .sequence = {static_cast<std::uint16_t>(first_sequence + n)},
                       .timestamp = {first_timestamp + n * kFrame},
                       .ssrc = {ssrc}},
            .payload = payload};
  }
};

std::optional<std::uint32_t> played(const PopResult& result) {
  const Frame* frame = std::get_if<Frame>(&result);
  if (!frame) return std::nullopt;
  return ByteReader(frame->payload).u32();
}

std::optional<MissingReason> missing(const PopResult& result) {
  const Missing* gap = std::get_if<Missing>(&result);
  if (!gap) return std::nullopt;
  return gap->reason;
}

/// Delivers frames 0 to `count` - 1 at their times and pops in between up to their last one.
struct Steady {
  JitterBuffer buffer;
  Sender sender;
  Duration now{};
  std::uint32_t next = 0;

  PopResult step() {
    buffer.insert(at(now), sender.packet(next++));
    return idle_step();
  }
  PopResult idle_step() {
    const PopResult result = buffer.pop(at(now), kFrame);
    now += kTick;
    return result;
  }
  /// Until frame 0 has been played and the next pop gives frame 1.
  void start() {
    while (played(step()) != 0u) ASSERT_LT(now, milliseconds(200));
  }
};

TEST(JitterBuffer, GivesSilenceUntilTheTargetDelayHasPassed) {
  JitterBuffer buffer;
  Sender sender;
  EXPECT_TRUE(std::holds_alternative<Empty>(buffer.pop(at({}), kFrame)));
  buffer.insert(at({}), sender.packet(0));
  buffer.insert(at(kTick), sender.packet(1));
  EXPECT_TRUE(std::holds_alternative<Empty>(buffer.pop(at(milliseconds(59)), kFrame)));
  const PopResult result = buffer.pop(at(milliseconds(60)), kFrame);
  ASSERT_EQ(played(result), 0u);
  EXPECT_EQ(std::get<Frame>(result).payload_type.value, 111);
  EXPECT_TRUE(std::get<Frame>(result).marker);
  EXPECT_EQ(std::get<Frame>(result).timestamp.value, 0xFFFFF000u);
  EXPECT_EQ(played(buffer.pop(at(milliseconds(80)), kFrame)), 1u);
}

TEST(JitterBuffer, PutsReorderedPacketsInOrderAndCountsDuplicates) {
  JitterBuffer buffer;
  Sender sender;
  for (const std::uint32_t n : {2u, 0u, 1u, 1u, 4u, 3u, 0u})
    buffer.insert(at(milliseconds(5)), sender.packet(n));
  for (std::uint32_t n = 0; n < 5; ++n)
    EXPECT_EQ(played(buffer.pop(at(milliseconds(70) + n * kTick), kFrame)), n);
  EXPECT_EQ(buffer.stats().duplicates, 2u);
  buffer.insert(at(milliseconds(170)), sender.packet(3));
  EXPECT_EQ(buffer.stats().duplicates, 3u) << "a duplicate of a played frame is not a late one";
  EXPECT_EQ(buffer.stats().late, 0u);
}

TEST(JitterBuffer, NamesALostFrameAndOffersTheNextOneForFec) {
  Steady s;
  s.start();
  s.next += 2;  // two frames are lost
  std::vector<PopResult> results;
  const std::uint32_t first_lost = s.next - 2;
  std::uint32_t expected = 1;
  while (expected < first_lost) EXPECT_EQ(played(s.step()), expected++);
  PopResult result = s.step();
  ASSERT_EQ(missing(result), MissingReason::lost);
  EXPECT_FALSE(std::get<Missing>(result).next_payload)
      << "FEC holds only the frame right before it";
  result = s.step();
  ASSERT_EQ(missing(result), MissingReason::lost);
  ASSERT_TRUE(std::get<Missing>(result).next_payload);
  EXPECT_EQ(ByteReader(*std::get<Missing>(result).next_payload).u32(), first_lost + 2);
  EXPECT_EQ(played(s.step()), first_lost + 2);
  EXPECT_EQ(s.buffer.stats().concealed, 2u);
}

TEST(JitterBuffer, DropsAndCountsLatePackets) {
  Steady s;
  s.start();
  const std::uint32_t held_back = s.next++;
  while (missing(s.step()) != MissingReason::lost) ASSERT_LT(s.now, milliseconds(400));
  s.buffer.insert(at(s.now), s.sender.packet(held_back));
  EXPECT_EQ(s.buffer.stats().late, 1u);
  EXPECT_EQ(played(s.step()), held_back + 1);
}

TEST(JitterBuffer, ConcealsAnEndForAWhileAndThenIsSilent) {
  Steady s;
  s.start();
  int late = 0;
  int frames = 0;
  for (int i = 0; i < 50; ++i) {
    const PopResult result = s.idle_step();
    if (missing(result) == MissingReason::late) ++late;
    if (played(result)) ++frames;
    if (i > 10) {
      EXPECT_TRUE(std::holds_alternative<Empty>(result));
    }
  }
  EXPECT_EQ(frames, 3);
  EXPECT_EQ(late, 5) << "100 ms are concealed";
}

TEST(JitterBuffer, PlaysADtxGapAsSilence) {
  Steady s;
  s.start();
  for (int i = 0; i < 30; ++i) s.idle_step();
  // The sender comes back: its sequence goes on, its timestamp has run through the silence.
  s.sender.first_timestamp += 30 * kFrame;
  const std::uint32_t back = s.next;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::holds_alternative<Empty>(s.step()));
  EXPECT_EQ(played(s.step()), back);
  EXPECT_EQ(s.buffer.stats().resyncs, 0u);
  EXPECT_EQ(s.buffer.stats().late, 0u);
}

TEST(JitterBuffer, ShortensAGapWhoseEndHasWaitedLongEnough) {
  Steady s;
  s.start();
  s.sender.first_timestamp += 25 * kFrame;  // half a second more than time went on
  const std::uint32_t jumped = s.next;
  const Duration jumped_at = s.now;
  while (played(s.step()) != jumped) ASSERT_LT(s.now - jumped_at, milliseconds(200));
  EXPECT_EQ(played(s.step()), jumped + 1);
}

TEST(JitterBuffer, PopsShortFramesOneByOneAndLongOnesWhole) {
  JitterBuffer buffer;
  Sender sender;
  sender.first_sequence = 0;
  std::uint32_t timestamp = 0;
  for (std::uint32_t n = 0; n < 12; ++n, timestamp += n < 6 ? 480 : 1920) {
    AudioPacket packet = sender.packet(n);
    packet.header.timestamp = {timestamp};
    buffer.insert(at({}), packet);
  }
  std::uint32_t samples = kFrame;
  Duration now = milliseconds(60);
  std::uint32_t expected = 0;
  for (int n = 0; n < 12; ++n) {
    const PopResult result = buffer.pop(at(now), samples);
    ASSERT_TRUE(std::holds_alternative<Frame>(result)) << n;
    ASSERT_EQ(std::get<Frame>(result).timestamp.value, expected);
    samples = n < 5 ? 480 : 1920;
    expected += samples;
    now += microseconds(samples * 1000 / 48);
  }
}

TEST(JitterBuffer, DropsTheOldestAtItsCapacity) {
  JitterBuffer buffer({.max_packets = 10});
  Sender sender;
  for (std::uint32_t n = 0; n < 14; ++n) buffer.insert(at({}), sender.packet(n));
  EXPECT_EQ(buffer.size(), 10u);
  EXPECT_EQ(buffer.stats().overflows, 4u);
  EXPECT_EQ(played(buffer.pop(at(milliseconds(60)), kFrame)), 4u);
}

TEST(JitterBuffer, RefusesPayloadsItCannotHold) {
  JitterBuffer buffer({.max_payload = 100});
  Bytes big(101);
  buffer.insert(at({}), {.payload = big});
  buffer.insert(at({}), {.payload = {}});
  EXPECT_EQ(buffer.stats().malformed, 2u);
  EXPECT_EQ(buffer.size(), 0u);
}

struct Restart {
  const char* name;
  std::uint32_t ssrc;
  std::uint16_t sequence_jump;
  std::uint32_t timestamp_jump;
};

class JitterBufferRestart : public testing::TestWithParam<Restart> {};

TEST_P(JitterBufferRestart, IsFollowedWithin200Milliseconds) {
  Steady s;
  s.start();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(played(s.step()));
  s.sender.ssrc = GetParam().ssrc;
  s.sender.first_sequence = static_cast<std::uint16_t>(65'530 + GetParam().sequence_jump);
  s.sender.first_timestamp += GetParam().timestamp_jump;
  const std::uint32_t restarted = s.next;
  const Duration restarted_at = s.now;
  while (played(s.step()).value_or(0) < restarted)
    ASSERT_LT(s.now - restarted_at, milliseconds(200));
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(played(s.step()));
}

INSTANTIATE_TEST_SUITE_P(All, JitterBufferRestart,
                         testing::Values(Restart{"Ssrc", 8, 0, 0},
                                         Restart{"SsrcAndNumbers", 8, 30'000, 0x7000'0000},
                                         Restart{"Timestamp", 7, 0, 0x7000'0000},
                                         Restart{"TimestampBack", 7, 0, 0x9000'0000},
                                         Restart{"TimestampALittleBack", 7, 0, 0u - 24'000},
                                         Restart{"TimestampALittleOn", 7, 0, 24'000},
                                         Restart{"Sequence", 7, 20'000, 0},
                                         Restart{"Both", 7, 20'000, 0x1234'5678}),
                         [](const auto& restart) { return restart.param.name; });

TEST(JitterBuffer, OneStrayPacketMovesNothing) {
  Steady s;
  s.start();
  Sender other{.ssrc = 99, .first_timestamp = 5};
  s.buffer.insert(at(s.now), other.packet(0));
  s.buffer.insert(at(s.now), other.packet(0));
  for (std::uint32_t n = 1; n < 20; ++n) EXPECT_EQ(played(s.step()), n);
  EXPECT_EQ(s.buffer.stats().resyncs, 0u);
  EXPECT_EQ(s.buffer.stats().strangers, 2u);
}

TEST(JitterBuffer, ABurstThatTheNetworkHeldBackIsNotANewTimeline) {
  Steady s;
  s.start();
  for (int i = 0; i < 30; ++i) s.idle_step();
  while (s.next * kTick < s.now) s.buffer.insert(at(s.now), s.sender.packet(s.next++));
  EXPECT_EQ(s.buffer.stats().resyncs, 0u);
  const std::uint32_t newest = s.next;
  while (played(s.step()) != newest) ASSERT_LT(s.now, seconds(1));
  EXPECT_EQ(s.buffer.stats().resyncs, 0u);
}

TEST(JitterBuffer, JumpsToTheTargetAfterTheConsumerStalled) {
  Steady s;
  s.start();
  for (int i = 0; i < 25; ++i, s.now += kTick)
    s.buffer.insert(at(s.now), s.sender.packet(s.next++));
  EXPECT_GT(s.buffer.size(), 25u);
  for (int i = 0; i < 250; ++i) s.step();
  EXPECT_LE(s.buffer.size(), 5u);
  EXPECT_GE(s.buffer.stats().accelerated, 20u);
}

/// A sender behind a jittering, losing, reordering link whose clock runs `drift_ppm` fast.
struct LossyLink {
  explicit LossyLink(std::uint64_t seed) : random(seed) {}

  struct Flying {
    Duration arrives;
    std::uint32_t n;
    bool operator>(const Flying& other) const { return arrives > other.arrives; }
  };

  double chance() { return static_cast<double>(random.u32()) / 4294967296.0; }

  void send_until(Duration now) {
    while (sent_at(next) <= now) {
      const auto jitter = microseconds(static_cast<int>(chance() * jitter_ms * 1000));
      if (chance() >= loss) flying.push({sent_at(next) + milliseconds(50) + jitter, next});
      if (chance() < duplication) flying.push({sent_at(next) + milliseconds(55) + jitter, next});
      ++next;
    }
  }
  Duration sent_at(std::uint32_t n) const {
    return Duration(static_cast<std::int64_t>(n * 20e6 / (1 + drift_ppm * 1e-6)));
  }
  void deliver_until(Duration now, JitterBuffer& buffer) {
    send_until(now);
    for (; !flying.empty() && flying.top().arrives <= now; flying.pop())
      buffer.insert(at(flying.top().arrives), sender.packet(flying.top().n));
  }

  double drift_ppm = 0;
  double loss = 0;
  double duplication = 0;
  double jitter_ms = 0;
  SeededRandom random;
  Sender sender;
  std::uint32_t next = 0;
  std::priority_queue<Flying, std::vector<Flying>, std::greater<>> flying;
};

struct Heard {
  std::uint64_t frames = 0;
  std::uint64_t concealed = 0;
  Duration shortest = hours(1);
  Duration longest{};
  bool in_order = true;
};

Heard listen(LossyLink& link, JitterBuffer& buffer, Duration until, Duration from = {}) {
  Heard heard;
  std::int64_t newest = -1;
  for (Duration now = from + milliseconds(7); now < until; now += kTick) {
    link.deliver_until(now, buffer);
    const PopResult result = buffer.pop(at(now), kFrame);
    if (missing(result)) ++heard.concealed;
    const auto n = played(result);
    if (!n) continue;
    ++heard.frames;
    if (*n <= newest) heard.in_order = false;
    newest = *n;
    // The first seconds may hold what the first packet's own jitter gave.
    if (now < seconds(10)) continue;
    const Duration delay = now - link.sent_at(*n) - milliseconds(50);
    heard.shortest = std::min(heard.shortest, delay);
    heard.longest = std::max(heard.longest, delay);
  }
  return heard;
}

TEST(JitterBuffer, PlaysEverythingInOrderOverAJitteringLink) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    LossyLink link(seed);
    link.jitter_ms = 45;  // more than two frames: reorders
    link.duplication = 0.02;
    JitterBuffer buffer;
    const Heard heard = listen(link, buffer, seconds(60));
    EXPECT_TRUE(heard.in_order);
    EXPECT_GE(heard.frames, 2985u);
    EXPECT_EQ(buffer.stats().late, 0u);
    EXPECT_GT(buffer.stats().duplicates, 20u);
    EXPECT_LE(heard.longest, milliseconds(101));
  }
}

TEST(JitterBuffer, ConcealsExactlyWhatTheLinkLost) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    LossyLink link(seed);
    link.jitter_ms = 30;
    link.loss = 0.05;
    JitterBuffer buffer;
    const Heard heard = listen(link, buffer, seconds(60));
    EXPECT_TRUE(heard.in_order);
    EXPECT_NEAR(static_cast<double>(heard.concealed), 150, 50);
    EXPECT_NEAR(static_cast<double>(heard.frames + heard.concealed), 2995, 6);
    EXPECT_EQ(buffer.stats().late, 0u);
  }
}

TEST(JitterBuffer, FollowsJitterThatIsLongerThanItsTarget) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    LossyLink link(seed);
    link.jitter_ms = 120;
    link.loss = 0.10;
    JitterBuffer buffer;
    listen(link, buffer, seconds(8));
    const JitterBufferStats before = buffer.stats();
    const Heard heard = listen(link, buffer, seconds(60), seconds(8));
    const JitterBufferStats& after = buffer.stats();
    // What is lost is repaired from the next packet's FEC, but for two losses in a row.
    const auto unrepaired =
        (after.concealed - after.repairable) - (before.concealed - before.repairable);
    EXPECT_LE(static_cast<double>(unrepaired), 0.02 * 52 * 50);
    EXPECT_TRUE(heard.in_order);
    EXPECT_LE(buffer.target_delay(), milliseconds(150));
  }
}

TEST(JitterBuffer, IsBackAtItsTargetWithin5SecondsOfAStall) {
  LossyLink link(5);
  link.jitter_ms = 20;
  JitterBuffer buffer;
  listen(link, buffer, seconds(10));
  // The network holds everything back for half a second, then delivers it at once.
  for (Duration now = seconds(10); now < milliseconds(10'500); now += kTick)
    buffer.pop(at(now), kFrame);
  listen(link, buffer, milliseconds(15'500), milliseconds(10'500));
  const Heard heard = listen(link, buffer, seconds(30), milliseconds(15'500));
  EXPECT_LE(heard.longest, milliseconds(105));
  EXPECT_EQ(heard.concealed, 0u);
}

struct Drift {
  int ppm;
  int hours;
};

class JitterBufferDrift : public testing::TestWithParam<Drift> {};

TEST_P(JitterBufferDrift, DelayDoesNotCreep) {
  LossyLink link(42);
  link.drift_ppm = GetParam().ppm;
  link.jitter_ms = 25;
  link.loss = 0.01;
  JitterBuffer buffer;
  const Heard heard = listen(link, buffer, hours(GetParam().hours));
  EXPECT_TRUE(heard.in_order);
  EXPECT_GE(heard.shortest, milliseconds(45));
  EXPECT_LE(heard.longest, milliseconds(105));
  EXPECT_EQ(buffer.stats().late, 0u);
  EXPECT_EQ(buffer.stats().resyncs, 0u);
  // 200 ppm are 36 frames an hour.
  const std::uint64_t corrections = buffer.stats().accelerated + buffer.stats().stretched;
  EXPECT_NEAR(static_cast<double>(corrections), GetParam().hours * 36.0, 6);
}

INSTANTIATE_TEST_SUITE_P(Both, JitterBufferDrift, testing::Values(Drift{-200, 3}, Drift{200, 8}));

TEST(JitterBuffer, FollowsARouteThatBecameSlower) {
  LossyLink link(3);
  JitterBuffer buffer;
  listen(link, buffer, seconds(10));
  // 150 ms more: all is late until playout follows.
  int frames = 0;
  for (Duration now = seconds(10); now < seconds(12); now += kTick) {
    link.deliver_until(now - milliseconds(150), buffer);
    if (played(buffer.pop(at(now), kFrame))) ++frames;
  }
  EXPECT_GE(frames, 80);
}

}  // namespace
}  // namespace parley::rtp
