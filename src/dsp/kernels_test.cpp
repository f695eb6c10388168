#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "dsp/convert.hpp"
#include "dsp/fft.hpp"
#include "dsp/gain.hpp"
#include "dsp/goertzel.hpp"
#include "dsp/level.hpp"
#include "dsp/mix.hpp"
#include "dsp/sound_test_support.hpp"
#include "dsp/tone.hpp"

namespace parley::dsp {
namespace {

TEST(Convert, SaturatesAndRoundsToNearest) {
  EXPECT_EQ(to_int16(2.0F), 32767);
  EXPECT_EQ(to_int16(1.0F), 32767);
  EXPECT_EQ(to_int16(-2.0F), -32768);
  EXPECT_EQ(to_int16(std::numeric_limits<float>::quiet_NaN()), 0);
  EXPECT_EQ(to_int16(std::numeric_limits<float>::infinity()), 32767);
  EXPECT_EQ(to_int16(-std::numeric_limits<float>::infinity()), -32768);
  EXPECT_EQ(to_int16(1.6F / kFullScale), 2);
}

TEST(Convert, EverySampleComesBack) {
  for (int value = -32768; value <= 32767; ++value)
    ASSERT_EQ(to_int16(to_float(static_cast<std::int16_t>(value))), value);
}

// RFC 6464 §3: 0 is overload, 127 is digital silence.
TEST(Level, FollowsRfc6464) {
  EXPECT_EQ(audio_level(Samples(960, -32768)), 0);
  EXPECT_EQ(audio_level(Samples(960, 0)), 127);
  EXPECT_EQ(audio_level(Samples(960, 1)), 90);
  EXPECT_EQ(audio_level(SampleView{}), 127);
  const Samples sine = make_tone({.amplitude = 1.0F, .fade_ms = 0});
  EXPECT_EQ(audio_level(sine), 3);
  EXPECT_NEAR(rms(sine), std::sqrt(0.5), 1e-3);
}

TEST(Gain, SaturatesAndRamps) {
  Samples loud{30000, -30000};
  apply_gain(MutableSampleView(loud), 2.0F);
  EXPECT_EQ(loud, (Samples{32767, -32768}));
  std::vector<float> ones(4, 1.0F);
  ramp_gain(ones, 0.0F, 1.0F);
  EXPECT_EQ(ones, (std::vector<float>{0.0F, 0.25F, 0.5F, 0.75F}));
  EXPECT_NEAR(db_to_gain(-6.0206F), 0.5F, 1e-4F);
}

TEST(Mix, SaturatesInIntegersAndUndoesItselfInFloats) {
  Samples sum{32000, -32000, 5};
  mix_into(MutableSampleView(sum), SampleView(Samples{1000, -1000, -7}));
  EXPECT_EQ(sum, (Samples{32767, -32768, -2}));
  std::vector<float> mix{0.75F, 0.75F};
  const std::vector<float> own{0.5F, -0.25F};
  mix_into(MutableFloatView(mix), FloatView(own));
  EXPECT_EQ(mix[0], 1.25F);
  subtract_from(mix, own);
  EXPECT_EQ(mix, (std::vector<float>{0.75F, 0.75F}));
}

TEST(Tone, IsPureAndBeginsAndEndsInSilence) {
  const Samples tone = make_tone({.rate = 16'000, .frequency = 1'000.0F, .amplitude = 0.25F});
  ASSERT_EQ(tone.size(), 8'000u);
  EXPECT_LT(std::abs(tone.front()), 10);
  EXPECT_LT(std::abs(tone.back()), 10);
  const SampleView middle = SampleView(tone).subspan(1'600, 4'800);
  EXPECT_NEAR(tone_power(middle, 16'000, 1'000.0), 0.25 * 0.25 / 2, 1e-4);
  EXPECT_GT(tone_share(middle, 16'000, 1'000.0), 0.999);
  EXPECT_LT(tone_share(middle, 16'000, 1'500.0), 1e-4);
  EXPECT_EQ(tone_share(Samples(100), 16'000, 1'000.0), 0.0);
}

TEST(Fft, FindsABinAndInverts) {
  SeededRandom random(7);
  std::vector<std::complex<double>> values(64);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = std::polar(1.0, 2.0 * std::numbers::pi * 5.0 * static_cast<double>(i) / 64.0);
  const auto original = values;
  fft(values);
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(std::abs(values[i]), i == 5 ? 64.0 : 0.0, 1e-9) << i;
  inverse_fft(values);
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(std::abs(values[i] - original[i]), 0.0, 1e-12);
}

}  // namespace
}  // namespace parley::dsp
