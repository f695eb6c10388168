#include "client/media_recorder.hpp"

#include <gtest/gtest.h>

#include "client/media_player.hpp"
#include "dsp/sound_match.hpp"
#include "dsp/sound_test_support.hpp"

namespace parley::client {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kRate = MediaRecorder::kRate;

struct RecorderTest : testing::Test {
  static Now at(Duration time) { return {Instant{} + time, {}}; }

  /// A sound of which some frames never come; gives what was recorded.
  dsp::Samples record(const edge::AudioFormat& format, const std::vector<std::size_t>& lost,
                      MediaRecorderOptions options = {}) {
    MediaRecorder recorder(at(0ms), format, options);
    const auto prepared = *prepare_sound(sound, kRate);
    for (std::size_t i = 0; i < prepared->frame_count() + 10; ++i) {
      const Duration now = static_cast<std::int64_t>(i) * 20ms;
      const bool comes =
          i < prepared->frame_count() && std::find(lost.begin(), lost.end(), i) == lost.end();
      if (comes)
        recorder.handle_input(at(now), {.header = {.payload_type = format.payload_type,
                                                   .sequence = {static_cast<std::uint16_t>(i)},
                                                   .timestamp = {static_cast<std::uint32_t>(i) *
                                                                 codec::frame_ticks(format.codec)},
                                                   .ssrc = {1}},
                                        .payload = prepared->frame(format.codec, i),
                                        .level = std::nullopt});
      recorder.handle_timeout(at(now));
    }
    beyond = recorder.frames_beyond_limit();
    return recorder.samples();
  }

  std::uint64_t beyond = 0;
  const edge::AudioFormat opus{codec::Codec::opus, {111}, std::nullopt, 48'000, std::nullopt};
  const edge::AudioFormat pcma{codec::Codec::pcma, {8}, std::nullopt, 8'000, std::nullopt};
  const dsp::Samples sound = dsp::testing::babble(2'000, kRate, 9);
};

TEST_F(RecorderTest, KeepsTheSoundOnItsTimeline) {
  for (const auto& format : {opus, pcma}) {
    const dsp::Samples heard = record(format, {});
    const dsp::SoundMatch match = dsp::match_sound({heard, kRate}, {sound, kRate});
    EXPECT_EQ(dsp::unmet(match), "");
    EXPECT_GE(match.offset_ms, 20.0);
    EXPECT_LE(match.offset_ms, 120.0) << "the jitter buffer's delay and no more";
  }
}

TEST_F(RecorderTest, ShowsALongHoleAsAGap) {
  std::vector<std::size_t> lost;
  for (std::size_t i = 30; i < 50; ++i) lost.push_back(i);
  const dsp::SoundMatch match = dsp::match_sound({record(opus, lost), kRate}, {sound, kRate});
  EXPECT_GT(match.longest_gap_ms, 100.0);
  EXPECT_NE(dsp::unmet(match), "");
}

TEST_F(RecorderTest, StopsKeepingAtItsLimit) {
  const dsp::Samples heard = record(opus, {}, {.max_length = 1s});
  EXPECT_EQ(heard.size(), kRate);
  EXPECT_GT(beyond, 40u);
}

TEST_F(RecorderTest, TakesGarbageForLoss) {
  for (const auto& format : {opus, pcma}) {
    MediaRecorder recorder(at(0ms), format);
    SeededRandom random(5);
    for (std::uint16_t i = 0; i < 200; ++i) {
      Bytes payload(1 + random.u32() % 1'200);
      random.fill(payload);
      recorder.handle_input(at(i * 20ms), {.header = {.payload_type = format.payload_type,
                                                      .sequence = {i},
                                                      .timestamp = {i * 960u},
                                                      .ssrc = {1}},
                                           .payload = payload,
                                           .level = std::nullopt});
      recorder.handle_timeout(at(i * 20ms));
    }
    EXPECT_EQ(recorder.samples().size(), 200 * MediaRecorder::kFrameSamples);
  }
}

}  // namespace
}  // namespace parley::client
