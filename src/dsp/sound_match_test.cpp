#include "dsp/sound_match.hpp"

#include <gtest/gtest.h>

#include "dsp/resampler.hpp"
#include "dsp/sound_test_support.hpp"

namespace parley::dsp {
namespace {

using testing::babble;
using testing::cut_hole;
using testing::placed;

constexpr std::uint32_t kRate = 16'000;

TEST(SoundMatch, FindsADelayedAndQuieterCopy) {
  const Samples sound = babble(3'000, kRate, 1);
  const SoundMatch match = match_sound({placed(sound, kRate, 60, -3.0F), kRate}, {sound, kRate});
  EXPECT_EQ(unmet(match, {.gain_error_db = 0.1, .gain_db = -3.0}), "") << match.text();
  EXPECT_NEAR(match.offset_ms, 60.0, 0.13);
  EXPECT_GT(match.smallest_correlation, 0.99);
  EXPECT_EQ(match.longest_gap_ms, 0.0);
}

TEST(SoundMatch, RatesMayDiffer) {
  const Samples sound = babble(3'000, 8'000, 1);
  const Samples heard = placed(resample(sound, 8'000, 48'000), 48'000, 500, 0.0F);
  const SoundMatch match = match_sound({heard, 48'000}, {sound, 8'000});
  EXPECT_EQ(unmet(match), "") << match.text();
  EXPECT_NEAR(match.offset_ms, 500.0, 0.13);
}

TEST(SoundMatch, FindsItBesideALouderSound) {
  const Samples sound = babble(2'000, kRate, 1);
  Samples heard = placed(babble(4'000, kRate, 2), kRate, 0, 12.0F);
  const Samples quiet = placed(sound, kRate, 100, -6.0F);
  heard.insert(heard.end(), quiet.begin(), quiet.end());
  const SoundMatch match = match_sound({heard, kRate}, {sound, kRate});
  EXPECT_NEAR(match.offset_ms, 4'100.0, 0.13) << match.text();
  EXPECT_EQ(unmet(match, {.gain_db = -6.0}), "");
}

TEST(SoundMatch, FailsAgainstOtherSounds) {
  const Samples sound = babble(3'000, kRate, 1);
  for (std::uint64_t seed = 2; seed < 12; ++seed) {
    const SoundMatch match = match_sound({babble(4'000, kRate, seed), kRate}, {sound, kRate});
    EXPECT_NE(unmet(match), "") << "seed " << seed;
    EXPECT_LT(match.correlation, 0.7) << "seed " << seed << ": " << match.text();
    EXPECT_LT(match.smallest_correlation, 0.45) << "seed " << seed << ": " << match.text();
  }
}

TEST(SoundMatch, FailsAgainstSilenceNoiseAndNothing) {
  SeededRandom random(4);
  const Samples sound = babble(2'000, kRate, 1);
  EXPECT_NE(unmet(match_sound({Samples(40'000), kRate}, {sound, kRate})), "");
  EXPECT_NE(unmet(match_sound({testing::noise(40'000, 0.3F, random), kRate}, {sound, kRate})), "");
  EXPECT_NE(unmet(match_sound({Samples{}, kRate}, {sound, kRate})), "");
  EXPECT_NE(unmet(match_sound({sound, kRate}, {Samples(16'000), kRate})), "");
  EXPECT_NE(unmet(match_sound({sound, kRate}, {Samples{}, kRate})), "");
}

TEST(SoundMatch, NoticesAHoleOf100Ms) {
  const Samples sound = babble(3'000, kRate, 1);
  Samples heard = placed(sound, kRate, 60, 0.0F);
  cut_hole(heard, kRate, 100);
  const SoundMatch match = match_sound({heard, kRate}, {sound, kRate});
  EXPECT_NEAR(match.offset_ms, 60.0, 0.13);
  EXPECT_GE(match.longest_gap_ms, 80.0) << match.text();
  EXPECT_NE(unmet(match), "");
}

TEST(SoundMatch, NoticesAMissingEndAndAMissingStart) {
  const Samples sound = babble(3'000, kRate, 1);
  const SampleView whole(sound);
  for (const SampleView part : {whole.first(32'000), whole.subspan(16'000)}) {
    const SoundMatch match = match_sound({part, kRate}, {sound, kRate});
    EXPECT_GE(match.longest_gap_ms, 500.0) << match.text();
    EXPECT_LT(match.matched_fraction, 0.9);
    EXPECT_NE(unmet(match), "");
  }
}

TEST(SoundMatch, NoticesARepeatedFrame) {
  const Samples sound = babble(2'000, kRate, 1);
  Samples heard = sound;
  heard.insert(heard.begin() + 16'000, sound.begin() + 15'680, sound.begin() + 16'000);
  EXPECT_NE(unmet(match_sound({heard, kRate}, {sound, kRate})), "");
}

TEST(SoundMatch, FollowsADriftingClock) {
  const Samples sound = babble(4'000, 8'000, 1);
  // 44110 played as 44100: 227 ppm, the worst pair of sound cards.
  const Samples drifted = resample(sound, 8'000, 8'002);
  const SoundMatch match = match_sound({drifted, 8'000}, {sound, 8'000});
  EXPECT_EQ(unmet(match), "") << match.text();
  EXPECT_GT(match.drift_ms, 0.5);
}

// A sender that stalls goes on where it stopped.
TEST(SoundMatch, FollowsAJumpWhereItMay) {
  const Samples sound = babble(4'000, kRate, 1);
  for (const std::ptrdiff_t at : {10'000, 24'000, 40'000}) {
    Samples heard = sound;
    heard.insert(heard.begin() + at, 2'400, 0);
    EXPECT_NE(unmet(match_sound({heard, kRate}, {sound, kRate}), {.jumps = 1}), "");
    const SoundMatch match = match_sound({heard, kRate}, {sound, kRate}, {.jump_ms = 500});
    EXPECT_EQ(unmet(match, {.jumps = 1}), "") << match.text();
    EXPECT_NE(unmet(match), "") << "a jump that nobody expects";
    EXPECT_EQ(match.jumps, 1u);
    EXPECT_NEAR(match.drift_ms, 150.0, 0.5);
  }
}

TEST(SoundMatch, APieceThatIsLeftOutIsAGapOfItsLength) {
  const Samples sound = babble(4'000, kRate, 1);
  for (const std::ptrdiff_t at : {10'000, 24'000, 40'000}) {
    Samples heard = sound;
    heard.erase(heard.begin() + at, heard.begin() + at + 2'400);
    const SoundMatch match = match_sound({heard, kRate}, {sound, kRate}, {.jump_ms = 500});
    EXPECT_NEAR(match.longest_gap_ms, 150.0, 1.0) << match.text();
    EXPECT_NE(unmet(match, {.jumps = 3}), "");
  }
}

TEST(SoundMatch, FollowsNoJumpIntoAnotherSoundOrOverAHole) {
  const Samples sound = babble(3'000, kRate, 1);
  const SoundMatchOptions options{.jump_ms = 500};
  for (std::uint64_t seed = 2; seed < 32; ++seed) {
    const SoundMatch match =
        match_sound({babble(4'000, kRate, seed), kRate}, {sound, kRate}, options);
    EXPECT_NE(unmet(match, {.jumps = 3}), "") << "seed " << seed;
    EXPECT_LT(match.correlation, 0.7) << "seed " << seed << ": " << match.text();
  }
  Samples heard = placed(sound, kRate, 60, 0.0F);
  cut_hole(heard, kRate, 100);
  const SoundMatch match = match_sound({heard, kRate}, {sound, kRate}, options);
  EXPECT_GE(match.longest_gap_ms, 80.0) << match.text();
}

TEST(SoundMatch, GainOutsideTheExpectationFails) {
  const Samples sound = babble(2'000, kRate, 1);
  const SoundMatch match = match_sound({placed(sound, kRate, 0, -12.0F), kRate}, {sound, kRate});
  EXPECT_NEAR(match.gain_db, -12.0, 0.1);
  EXPECT_NE(unmet(match), "");
  EXPECT_EQ(unmet(match, {.gain_db = -12.0}), "");
}

}  // namespace
}  // namespace parley::dsp
