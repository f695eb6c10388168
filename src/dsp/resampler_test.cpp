#include "dsp/resampler.hpp"

#include <gtest/gtest.h>

#include "dsp/goertzel.hpp"
#include "dsp/sound_match.hpp"
#include "dsp/sound_test_support.hpp"
#include "dsp/tone.hpp"

namespace parley::dsp {
namespace {

constexpr std::uint32_t kRates[] = {8'000, 16'000, 24'000, 32'000, 44'100, 48'000};

TEST(Resampler, StreamsWholeFramesBetweenTheTelephoneRates) {
  for (const std::uint32_t in_rate : {8'000u, 16'000u, 24'000u, 32'000u, 48'000u}) {
    for (const std::uint32_t out_rate : {8'000u, 16'000u, 24'000u, 32'000u, 48'000u}) {
      Resampler resampler(in_rate, out_rate);
      Samples out(resampler.capacity_for(in_rate / 50));
      for (int frame = 0; frame < 50; ++frame)
        ASSERT_EQ(resampler.process(Samples(in_rate / 50), out), out_rate / 50)
            << in_rate << " to " << out_rate << ", frame " << frame;
    }
  }
}

TEST(Resampler, OddPiecesLoseNothing) {
  SeededRandom random(3);
  Resampler resampler(44'100, 16'000);
  std::size_t given = 0;
  std::size_t got = 0;
  for (int i = 0; i < 500; ++i) {
    const Samples in(random.u32() % 900);
    Samples out(resampler.capacity_for(in.size()));
    got += resampler.process(in, out);
    given += in.size();
  }
  EXPECT_NEAR(static_cast<double>(got), static_cast<double>(given) * 16'000 / 44'100, 2.0);
}

TEST(Resampler, KeepsAToneAndStopsItsAlias) {
  for (const std::uint32_t in_rate : kRates) {
    const Samples tone = make_tone({.rate = in_rate, .frequency = 1'000.0F});
    const Samples out = resample(tone, in_rate, 48'000);
    ASSERT_EQ(out.size(), 24'000u);
    const SampleView middle = SampleView(out).subspan(4'800, 14'400);
    EXPECT_GT(tone_share(middle, 48'000, 1'000.0), 0.999) << in_rate;
    EXPECT_NEAR(tone_power(middle, 48'000, 1'000.0), 0.03125, 0.0005) << in_rate;
  }
  const Samples high = make_tone({.rate = 48'000, .frequency = 6'000.0F});
  EXPECT_LT(mean_square(resample(high, 48'000, 8'000)), 1e-6);
}

TEST(Resampler, WholeSoundKeepsItsTimeAndLength) {
  const Samples sound = testing::babble(2'000, 8'000, 1);
  for (const std::uint32_t rate : kRates) {
    const Samples there = resample(sound, 8'000, rate);
    EXPECT_EQ(there.size(), (sound.size() * rate + 4'000) / 8'000);
    const SoundMatch match = match_sound({there, rate}, {sound, 8'000});
    EXPECT_NEAR(match.offset_ms, 0.0, 0.13) << rate;
    EXPECT_EQ(unmet(match, {.correlation = 0.99, .smallest_correlation = 0.98}), "") << rate;
  }
}

TEST(Resampler, StreamIsLateByItsDelay) {
  const Samples sound = testing::babble(2'000, 48'000, 1);
  Resampler resampler(48'000, 16'000);
  Samples out(sound.size());
  out.resize(resampler.process(sound, out));
  const SoundMatch match = match_sound({out, 16'000}, {sound, 48'000}, {.rate = 16'000});
  EXPECT_NEAR(match.offset_ms, static_cast<double>(resampler.delay()) / 16.0, 0.07);
}

TEST(Resampler, ResetForgets) {
  Resampler resampler(8'000, 16'000);
  Samples out(resampler.capacity_for(160));
  resampler.process(Samples(160, 20'000), out);
  resampler.reset();
  resampler.process(Samples(160), out);
  EXPECT_EQ(mean_square(out), 0.0);
}

}  // namespace
}  // namespace parley::dsp
