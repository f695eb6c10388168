// The telephone event sender and receiver, alone and against each other.
#include <gtest/gtest.h>

#include <map>
#include <queue>

#include "base/random.hpp"
#include "proto/rtp/telephone_event_receiver.hpp"
#include "proto/rtp/telephone_event_sender.hpp"

namespace parley::rtp {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr wire::Ssrc kSource{5};
constexpr Duration kTick = milliseconds(20);

Now at(Duration since_start) {
  return {Instant{} + since_start, UtcTime{}};
}

wire::RtpHeader header(std::uint32_t timestamp, wire::Ssrc ssrc = kSource) {
  return {.marker = false,
          .payload_type = {110},
          .sequence = {0},
          .timestamp = {timestamp},
          .ssrc = ssrc};
}

std::vector<ToneEvent> drain(TelephoneEventReceiver& receiver) {
  std::vector<ToneEvent> events;
  while (const auto event = receiver.poll_event()) events.push_back(*event);
  return events;
}

class Receiver : public testing::Test {
 protected:
  void packet(Duration when, std::uint32_t timestamp, std::uint8_t event, std::uint16_t duration,
              bool end = false) {
    receiver.handle_input(at(when), header(timestamp),
                          wire::write_telephone_event({event, end, 10, duration}));
  }
  std::vector<ToneEvent> events() { return drain(receiver); }
  static ToneEvent started(std::uint8_t event) { return ToneStarted{event, kSource}; }
  static ToneEvent ended(std::uint8_t event, int ms, bool end_seen = true) {
    return ToneEnded{event, kSource, milliseconds(ms), end_seen};
  }

  TelephoneEventReceiver receiver{{.clock_rate = 8000}};
};

TEST_F(Receiver, TellsAPressOnceAtItsFirstPacket) {
  packet({}, 1000, 5, 160);
  EXPECT_EQ(events(), std::vector{started(5)});
  packet(milliseconds(20), 1000, 5, 320);
  packet(milliseconds(20), 1000, 5, 320);
  EXPECT_TRUE(events().empty());
  for (int i = 0; i < 3; ++i) packet(milliseconds(40), 1000, 5, 480, true);
  EXPECT_EQ(events(), std::vector{ended(5, 60)});
  EXPECT_EQ(receiver.stats().presses, 1u);
  EXPECT_EQ(receiver.stats().repeated, 2u);
}

TEST_F(Receiver, AnEndAloneIsAWholePress) {
  packet({}, 1000, 11, 800, true);
  packet({}, 1000, 11, 800, true);
  EXPECT_EQ(events(), (std::vector{started(11), ended(11, 100)}));
  packet({}, 1000, 11, 160);
  EXPECT_TRUE(events().empty()) << "its reordered start";
}

TEST_F(Receiver, EndsAPressWhoseEndGotLost) {
  packet({}, 1000, 5, 160);
  packet(milliseconds(20), 1000, 5, 320);
  ASSERT_TRUE(receiver.next_deadline());
  EXPECT_EQ(receiver.next_deadline()->at, Instant{} + milliseconds(520));
  receiver.handle_timeout(at(milliseconds(520)));
  EXPECT_EQ(events(), (std::vector{started(5), ended(5, 40, false)}));
  EXPECT_EQ(receiver.next_deadline(), std::nullopt);
  packet(milliseconds(600), 1000, 5, 480, true);
  EXPECT_TRUE(events().empty());
}

TEST_F(Receiver, TheNextKeyEndsTheOneBefore) {
  packet({}, 1000, 5, 160);
  packet(milliseconds(100), 2000, 6, 160);
  EXPECT_EQ(events(), (std::vector{started(5), ended(5, 20, false), started(6)}));
  packet(milliseconds(110), 1000, 5, 800, true);
  EXPECT_TRUE(events().empty()) << "the late end of the first key";
  packet(milliseconds(120), 2000, 6, 320, true);
  EXPECT_EQ(events(), std::vector{ended(6, 40)});
}

TEST_F(Receiver, TheSameKeyTwiceIsTwoPresses) {
  packet({}, 1000, 5, 800, true);
  packet(milliseconds(200), 2600, 5, 800, true);
  EXPECT_EQ(events(), (std::vector{started(5), ended(5, 100), started(5), ended(5, 100)}));
}

TEST_F(Receiver, APressOvertakenByTheNextIsToldLateAndOver) {
  packet({}, 2000, 6, 160);
  packet(milliseconds(10), 1000, 5, 320);
  EXPECT_EQ(events(), (std::vector{started(6), started(5), ended(5, 40, false)}));
  packet(milliseconds(20), 2000, 6, 320, true);
  EXPECT_EQ(events(), std::vector{ended(6, 40)});
}

TEST_F(Receiver, AGhostIsNoPress) {
  packet({}, 100'000, 6, 160, true);
  events();
  packet(milliseconds(10), 100'000 - 5 * 8000 - 1, 5, 160);
  EXPECT_TRUE(events().empty());
  EXPECT_EQ(receiver.stats().ghosts, 1u);
}

TEST_F(Receiver, SegmentsOfALongPressAreOne) {
  packet({}, 1000, 5, 0xFFFF);
  packet(milliseconds(20), 1000 + 0xFFFF, 5, 160);
  packet(milliseconds(21), 1000, 5, 0xFFFF);
  packet(milliseconds(40), 1000 + 2 * 0xFFFF, 5, 160);
  packet(milliseconds(60), 1000 + 2 * 0xFFFF, 5, 320, true);
  EXPECT_EQ(events(), (std::vector{started(5), ended(5, (2 * 0xFFFF + 320) / 8)}));
  packet(milliseconds(80), 1000 + 0xFFFF, 5, 0xFFFF);
  EXPECT_TRUE(events().empty());
}

TEST_F(Receiver, AFirstSegmentThatComesLateIsNoPressOfItsOwn) {
  packet({}, 1000 + 0xFFFF, 5, 160);
  packet(milliseconds(1), 1000, 5, 0xFFFF);
  packet(milliseconds(20), 1000 + 0xFFFF, 5, 320, true);
  EXPECT_EQ(events(), (std::vector{started(5), ended(5, (0xFFFF + 320) / 8)}));
}

TEST_F(Receiver, ASegmentAfterATimeoutIsNoNewPress) {
  packet({}, 1000, 5, 160);
  receiver.handle_timeout(at(seconds(1)));
  events();
  packet(seconds(8), 1000 + 0xFFFF, 5, 160);
  packet(seconds(16), 1000 + 2 * 0xFFFF, 5, 160, true);
  EXPECT_TRUE(events().empty());
}

TEST_F(Receiver, PressesHalfAWrapApartAreBothTold) {
  packet({}, 1000, 5, 800, true);
  packet(hours(80), 1000 + 0x8800'0000, 5, 800, true);
  packet(hours(161), 1000, 5, 800, true);
  EXPECT_EQ(receiver.stats().presses, 3u);
}

TEST_F(Receiver, ARestartedSenderIsHeardAtOnce) {
  packet({}, 0x7000'0000, 5, 160);
  packet(milliseconds(20), 1000, 6, 800, true);
  EXPECT_EQ(events(), (std::vector{started(5), ended(5, 20, false), started(6), ended(6, 100)}));
}

TEST_F(Receiver, SourcesDoNotMeddle) {
  packet({}, 1000, 5, 160);
  receiver.handle_input(at({}), header(1000, {6}),
                        wire::write_telephone_event({7, false, 10, 160}));
  EXPECT_EQ(events(), (std::vector{started(5), ToneEvent(ToneStarted{7, {6}})}));
}

TEST_F(Receiver, RemembersUpToItsLimitAndEndsWhatItForgets) {
  TelephoneEventReceiver small({.clock_rate = 8000, .max_remembered = 2});
  for (std::uint32_t i = 0; i < 5; ++i)
    small.handle_input(at({}), header(1000, {i}), wire::write_telephone_event({5, false, 10, 160}));
  int ends = 0;
  for (const ToneEvent& event : drain(small)) ends += std::holds_alternative<ToneEnded>(event);
  EXPECT_EQ(ends, 3);
}

TEST_F(Receiver, DropsWhatIsMalformed) {
  receiver.handle_input(at({}), header(0), Bytes{1, 2, 3});
  receiver.handle_input(at({}), header(0), Bytes{200, 10, 0, 160});
  EXPECT_EQ(receiver.stats().malformed, 2u);
  EXPECT_TRUE(events().empty());
}

TEST(Sender, MarksTheStartUpdatesEachTickAndEndsThreeTimes) {
  TelephoneEventSender sender({.clock_rate = 8000, .tick_samples = 160});
  ASSERT_TRUE(sender.press(9, milliseconds(100)));
  std::vector<TelephoneEventPacket> packets;
  std::uint32_t now = 0xFFFFFF00;
  int ticks = 0;
  for (; !sender.idle(); now += 160, ++ticks)
    if (const auto packet = sender.tick({now})) packets.push_back(*packet);
  ASSERT_EQ(packets.size(), 7u);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const auto event = wire::read_telephone_event(packets[i].payload).value();
    EXPECT_EQ(packets[i].marker, i == 0);
    EXPECT_EQ(packets[i].timestamp.value, 0xFFFFFF00u);
    EXPECT_EQ(event.event, 9);
    EXPECT_EQ(event.end, i >= 4);
    EXPECT_EQ(event.duration, 160 * std::min<std::size_t>(i + 1, 5));
  }
  EXPECT_EQ(ticks, 8) << "100 ms of key and 60 ms of gap, two ends in it";
}

TEST(Sender, SegmentsALongPress) {
  TelephoneEventSender sender;
  sender.press(1, seconds(5));
  TelephoneEventReceiver receiver;
  std::map<std::uint32_t, int> starts;
  int marked = 0;
  for (std::uint32_t n = 0; !sender.idle(); ++n) {
    const auto packet = sender.tick({n * 960});
    if (!packet) continue;
    ++starts[packet->timestamp.value];
    marked += packet->marker;
    receiver.handle_input(at(n * kTick), header(packet->timestamp.value), packet->payload);
  }
  EXPECT_EQ(marked, 1);
  EXPECT_EQ(starts.size(), 4u);
  EXPECT_EQ(drain(receiver),
            (std::vector<ToneEvent>{ToneStarted{1, kSource},
                                    ToneEnded{1, kSource, milliseconds(5000), true}}));
}

TEST(Sender, HoldsItsLimits) {
  TelephoneEventSender sender({.max_queue = 2});
  EXPECT_TRUE(sender.press(1, milliseconds(1)));
  EXPECT_TRUE(sender.press(2, hours(1), milliseconds(500)));
  EXPECT_FALSE(sender.press(3, milliseconds(100)));
  std::vector<int> ticks_of_event(17);
  int pauses = 0;
  for (std::uint32_t n = 0; !sender.idle(); ++n) {
    const auto packet = sender.tick({n * 960});
    if (packet)
      ++ticks_of_event[wire::read_telephone_event(packet->payload)->event];
    else
      ++pauses;
  }
  EXPECT_EQ(ticks_of_event[1], 2 + 2) << "40 ms and two more ends";
  EXPECT_EQ(ticks_of_event[2], 500 + 2) << "10 s and two more ends";
  EXPECT_EQ(pauses, 1 + 23) << "60 ms and 500 ms, two ends in each";
}

/// What a lossy link makes of a dialled number.
struct DialResult {
  std::vector<std::uint8_t> dialled;  ///< those with at least one packet that arrived
  std::vector<std::uint8_t> started;
  std::vector<std::uint8_t> ended;
  int down = 0;
  int most_down = 0;
};

DialResult dial(std::uint64_t seed, Duration jitter) {
  SeededRandom random(seed);
  const auto chance = [&] {
    return static_cast<double>(random.u32()) / 4294967296.0;
  };
  TelephoneEventSender sender;
  TelephoneEventReceiver receiver;
  for (int i = 0; i < 30; ++i)
    sender.press(static_cast<std::uint8_t>(random.u32() % 16),
                 milliseconds(40 + random.u32() % 2000));
  using Flying = std::pair<Duration, std::pair<std::uint32_t, Bytes>>;
  std::priority_queue<Flying, std::vector<Flying>, std::greater<>> flying;
  const std::uint32_t start = random.u32();
  std::map<std::uint32_t, bool> press_arrived;
  DialResult result;
  Duration now{};
  std::uint32_t press_start = 0;
  for (std::uint32_t n = 0; !sender.idle() || !flying.empty(); ++n, now += kTick) {
    if (const auto packet = sender.tick({start + n * 960})) {
      if (packet->marker) press_start = n;
      const bool arrives = chance() >= 0.3;
      if (arrives && !press_arrived[press_start]) {
        press_arrived[press_start] = true;
        result.dialled.push_back(wire::read_telephone_event(packet->payload)->event);
      }
      for (int copies = arrives ? 1 + (chance() < 0.2) : 0; copies > 0; --copies) {
        const Duration delay(
            static_cast<std::int64_t>(chance() * static_cast<double>(jitter.count())));
        flying.push({now + delay, {packet->timestamp.value, to_bytes(packet->payload)}});
      }
    }
    for (; !flying.empty() && flying.top().first <= now; flying.pop()) {
      const auto& [timestamp, payload] = flying.top().second;
      receiver.handle_input(at(flying.top().first), header(timestamp), payload);
    }
    receiver.handle_timeout(at(now));
    if (sender.idle() && flying.empty()) receiver.handle_timeout(at(now + seconds(1)));
    for (const ToneEvent& event : drain(receiver)) {
      const bool begins = std::holds_alternative<ToneStarted>(event);
      auto& list = begins ? result.started : result.ended;
      std::visit([&](const auto& tone) { list.push_back(tone.event); }, event);
      result.down += begins ? 1 : -1;
      result.most_down = std::max(result.most_down, result.down);
    }
  }
  return result;
}

TEST(TelephoneEvents, EachPressIsExactlyOneToneOverALossyLink) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const DialResult result = dial(seed, milliseconds(55));
    ASSERT_GE(result.dialled.size(), 28u);
    EXPECT_EQ(result.started, result.dialled);
    EXPECT_EQ(result.ended, result.dialled);
    EXPECT_EQ(result.down, 0);
    EXPECT_EQ(result.most_down, 1);
  }
}

TEST(TelephoneEvents, EvenWhenJitterMixesThePresses) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    DialResult result = dial(seed, milliseconds(400));
    std::sort(result.dialled.begin(), result.dialled.end());
    std::sort(result.started.begin(), result.started.end());
    std::sort(result.ended.begin(), result.ended.end());
    EXPECT_EQ(result.started, result.dialled);
    EXPECT_EQ(result.ended, result.dialled);
  }
}

}  // namespace
}  // namespace parley::rtp
