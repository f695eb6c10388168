#include "client/media_player.hpp"

#include <gtest/gtest.h>

#include "dsp/sound_test_support.hpp"

namespace parley::client {
namespace {

using namespace std::chrono_literals;

struct Sent {
  wire::PayloadType type;
  bool marker;
  std::uint32_t timestamp;
  std::optional<std::uint8_t> level;
  Bytes payload;
};

struct PlayerTest : testing::Test {
  Now at(Duration time) const { return {Instant{} + time, {}}; }

  void start(MediaPlayerOptions options,
             edge::AudioFormat format = {codec::Codec::opus, {111}, {{110}}, 48'000, 1}) {
    options.silence = prepare_silence();
    player.emplace(at(0ms), format, std::move(options), random);
  }

  /// All frames until then, the owner waking up every 20 ms.
  std::vector<Sent> run_until(Duration end) {
    std::vector<Sent> sent;
    for (; now <= end; now += 20ms) poll(sent);
    return sent;
  }

  void poll(std::vector<Sent>& sent) {
    while (const auto frame = player->poll_frame(at(now)))
      sent.push_back({frame->payload_type, frame->marker, frame->timestamp.value, frame->level,
                      to_bytes(frame->payload)});
  }

  SeededRandom random{1};
  std::optional<MediaPlayer> player;
  Duration now{};
};

TEST_F(PlayerTest, CountsTimeInFramesAndMarksTheFirst) {
  start({});
  const auto sent = run_until(980ms);
  ASSERT_EQ(sent.size(), 50u);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].timestamp, sent[0].timestamp + i * 960);
    EXPECT_EQ(sent[i].marker, i == 0);
    EXPECT_EQ(sent[i].level, 127);
  }
  EXPECT_EQ(player->next_deadline(), Instant{} + 1s);
}

TEST_F(PlayerTest, PlaysASoundOnceOrForEver) {
  const dsp::Samples sound = dsp::testing::babble(100, 16'000, 1);
  const auto prepared = *prepare_sound(sound, 16'000);
  const std::size_t frames = prepared->frame_count();
  start({.sound = prepared});
  EXPECT_FALSE(player->finished());
  auto once = run_until(1s);
  EXPECT_TRUE(player->finished());
  EXPECT_EQ(once[1].payload, to_bytes(prepared->frame(codec::Codec::opus, 1)));
  EXPECT_NE(once[frames + 1].payload, once[1].payload);
  EXPECT_EQ(once[frames + 1].level, 127);
  now = {};
  start({.sound = prepared, .loop = true});
  const auto looped = run_until(1s);
  EXPECT_EQ(looped[frames + 1].payload, looped[1].payload);
}

TEST_F(PlayerTest, SkipsWhatIsTooLateAndMarksTheGap) {
  const auto prepared = *prepare_sound(dsp::testing::babble(400, 16'000, 1), 16'000);
  start({.sound = prepared});
  EXPECT_EQ(run_until(80ms).size(), 5u);
  now = 580ms;
  std::vector<Sent> sent;
  poll(sent);
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0].payload, to_bytes(prepared->frame(codec::Codec::opus, 5))) << "nothing is lost";
  EXPECT_TRUE(sent[0].marker);
  EXPECT_FALSE(sent[1].marker);
  EXPECT_EQ(player->skipped(), 22) << "of frames 5 to 29 the last three are sent";
  EXPECT_EQ(player->next_deadline(), Instant{} + 600ms);
}

TEST_F(PlayerTest, PressesKeysOnTheirOwnPayloadTypeWhileTheSoundGoesOn) {
  start({.digits = {{100ms, 7}}}, {codec::Codec::pcmu, {0}, {{126}}, 8'000, std::nullopt});
  const auto sent = run_until(1s);
  std::vector<std::size_t> keys;
  for (std::size_t i = 0; i < sent.size(); ++i)
    if (sent[i].type == wire::PayloadType{126}) keys.push_back(i);
  ASSERT_FALSE(keys.empty());
  EXPECT_EQ(keys.front(), 5u) << "after 100 ms";
  EXPECT_TRUE(sent[keys.front()].marker);
  EXPECT_EQ(sent[keys.back()].timestamp, sent[keys.front()].timestamp) << "RFC 4733 §2.5.1.1";
  EXPECT_EQ(keys.back() - keys.front() + 1, keys.size());
  const Sent& after = sent[keys.back() + 1];
  EXPECT_TRUE(after.marker);
  EXPECT_EQ(after.timestamp, sent[0].timestamp + (keys.back() + 1) * 160);
  EXPECT_TRUE(player->finished());
}

TEST_F(PlayerTest, LeavesKeysOutWhereThePeerTakesNone) {
  start({.digits = {{0ms, 7}}}, {codec::Codec::pcma, {8}, std::nullopt, 8'000, std::nullopt});
  for (const Sent& frame : run_until(500ms)) EXPECT_EQ(frame.type, wire::PayloadType{8});
  EXPECT_TRUE(player->finished());
}

}  // namespace
}  // namespace parley::client
