#include "media/tone_collector.hpp"

#include <gtest/gtest.h>

namespace parley::media {
namespace {

std::vector<ToneEvent> drain(ToneCollector& collector) {
  std::vector<ToneEvent> events;
  while (const auto event = collector.poll_event()) events.push_back(*event);
  return events;
}

KeyPacket packet(std::uint8_t event, std::uint32_t timestamp, std::uint16_t duration,
                 bool end = false) {
  return {.event = {.event = event, .end = end, .duration = duration},
          .marker = duration == 0,
          .timestamp = timestamp};
}

constexpr Key kFive = static_cast<Key>(5);

TEST(Keys, ParsesStopTones) {
  EXPECT_EQ(KeySequence::parse("#")->size(), 1u);
  EXPECT_EQ(KeySequence::parse("1*#d")->size(), 4u);
  EXPECT_FALSE(KeySequence::parse(""));
  EXPECT_FALSE(KeySequence::parse("12345"));
  EXPECT_FALSE(KeySequence::parse("x"));
  EXPECT_EQ(key_of_char('*'), Key::star);
  EXPECT_EQ(key_of_char('D'), Key::d);
  EXPECT_EQ(key_of_event(16), Key::flash);
  EXPECT_FALSE(key_of_event(17));
}

TEST(Keys, MatchesTheLastOnesPressed) {
  KeySequence keys;
  for (const char c : std::string("12345")) keys.push(*key_of_char(c));
  EXPECT_EQ(keys.size(), 4u);
  EXPECT_TRUE(keys.ends_with(*KeySequence::parse("45")));
  EXPECT_TRUE(keys.ends_with(*KeySequence::parse("2345")));
  EXPECT_FALSE(keys.ends_with(*KeySequence::parse("1")));
  EXPECT_FALSE(keys.ends_with(KeySequence{}));
  EXPECT_FALSE(KeySequence{}.ends_with(*KeySequence::parse("1")));
}

TEST(ToneCollector, TellsAKeyOnceAtItsFirstPacket) {
  ToneCollector collector;
  collector.handle_packet(packet(5, 1'000, 0));
  EXPECT_EQ(drain(collector), (std::vector<ToneEvent>{{1, kFive}}));
  collector.handle_packet(packet(5, 1'000, 960));
  for (int i = 0; i < 3; ++i) collector.handle_packet(packet(5, 1'000, 1'920, true));
  EXPECT_TRUE(drain(collector).empty());
}

TEST(ToneCollector, TellsAKeyWhoseStartWasLost) {
  ToneCollector collector;
  collector.handle_packet(packet(5, 1'000, 1'920, true));
  EXPECT_EQ(drain(collector).size(), 1u);
}

TEST(ToneCollector, NumbersKeysFromOneAndTellsTheSameKeyTwice) {
  ToneCollector collector;
  collector.handle_packet(packet(11, 1'000, 0));
  collector.handle_packet(packet(11, 1'000, 960, true));
  collector.handle_packet(packet(11, 9'000, 0));
  collector.handle_packet(packet(11, 1'000, 960, true));  // late
  collector.handle_packet(packet(0, 20'000, 0));
  EXPECT_EQ(drain(collector),
            (std::vector<ToneEvent>{{1, Key::pound}, {2, Key::pound}, {3, Key::digit0}}));
  EXPECT_TRUE(collector.last_keys().ends_with(*KeySequence::parse("##0")));
}

TEST(ToneCollector, ALongHeldKeyIsOneKey) {
  ToneCollector collector;
  KeyPacket held = packet(5, 1'000, 0xFFFF);
  collector.handle_packet(held);
  held.timestamp += 0xFFFF;
  held.event.duration = 960;
  collector.handle_packet(held);
  EXPECT_EQ(drain(collector).size(), 1u);
  held.marker = true;  // a new press, though the end of the last was lost
  held.timestamp += 5'000;
  collector.handle_packet(held);
  EXPECT_EQ(drain(collector).size(), 1u);
}

TEST(ToneCollector, TimestampsWrap) {
  ToneCollector collector;
  collector.handle_packet(packet(1, 0xFFFFFF00u, 0));
  collector.handle_packet(packet(2, 0x00000100u, 0));
  collector.handle_packet(packet(1, 0xFFFFFF00u, 960, true));
  EXPECT_EQ(drain(collector).size(), 2u);
}

TEST(ToneCollector, OtherEventsAreNoKeys) {
  ToneCollector collector;
  collector.handle_packet(packet(32, 1'000, 0));
  collector.handle_packet(packet(255, 2'000, 0));
  EXPECT_TRUE(drain(collector).empty());
}

TEST(ToneCollector, DropsTheOldestAtItsLimit) {
  ToneCollector collector;
  for (std::size_t i = 0; i < ToneCollector::kMaxWaiting + 3; ++i) collector.handle_key(kFive);
  const auto events = drain(collector);
  ASSERT_EQ(events.size(), ToneCollector::kMaxWaiting);
  EXPECT_EQ(events.front().sequence, 4);
}

}  // namespace
}  // namespace parley::media
