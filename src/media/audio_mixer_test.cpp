#include "media/audio_mixer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "dsp/goertzel.hpp"
#include "dsp/level.hpp"

namespace parley::media {
namespace {

constexpr std::size_t kFrame = AudioMixer::kFrameSamples;

/// A sine that goes on from frame to frame.
class Singer {
 public:
  Singer(AudioMixer& mixer, double frequency, double amplitude)
      : source(mixer.add_source()), amplitude_(amplitude), frequency_(frequency) {}

  dsp::SampleView next() {
    for (std::int16_t& sample : frame_)
      sample = static_cast<std::int16_t>(
          32'768 * amplitude_ *
          std::sin(2 * std::numbers::pi * frequency_ * at_++ / AudioMixer::kRate));
    return frame_;
  }
  void set_amplitude(double amplitude) { amplitude_ = amplitude; }

  AudioMixer::Source source;

 private:
  double amplitude_;
  double frequency_;
  int at_ = 0;
  std::array<std::int16_t, kFrame> frame_{};
};

struct AudioMixerTest : testing::Test {
  void mix(AudioMixer& mixer, std::initializer_list<Singer*> singers, int frames = 1) {
    for (int i = 0; i < frames; ++i) {
      for (Singer* singer : singers) mixer.set_frame(singer->source, singer->next());
      mixer.mix();
    }
  }
  static double power_db(dsp::SampleView samples, double frequency) {
    return dsp::power_dbov(dsp::tone_power(samples, AudioMixer::kRate, frequency));
  }
  static int largest_step(dsp::SampleView samples, std::int16_t& last) {
    int largest = 0;
    for (const std::int16_t sample : samples) {
      largest = std::max(largest, std::abs(sample - last));
      last = sample;
    }
    return largest;
  }
};

TEST_F(AudioMixerTest, EachHearsTheOthersAndNotItself) {
  AudioMixer mixer;
  Singer a(mixer, 400, 0.2);
  Singer b(mixer, 1'000, 0.2);
  Singer silent(mixer, 2'000, 0.0);
  mix(mixer, {&a, &b, &silent}, 3);
  const double expected = dsp::power_dbov(0.2 * 0.2 / 2);
  EXPECT_NEAR(power_db(mixer.heard_by(a.source), 1'000), expected, 0.05);
  EXPECT_LT(power_db(mixer.heard_by(a.source), 400), expected - 70);
  EXPECT_NEAR(power_db(mixer.heard_by(b.source), 400), expected, 0.05);
  EXPECT_LT(power_db(mixer.heard_by(b.source), 1'000), expected - 70);
  EXPECT_FALSE(mixer.is_in(silent.source));
  EXPECT_EQ(mixer.heard_by(silent.source).data(), mixer.common().data());
  EXPECT_NEAR(power_db(mixer.common(), 400), expected, 0.05);
}

// Limiting before the subtraction would leave the talker his own peaks.
TEST_F(AudioMixerTest, SubtractsBeforeItLimits) {
  AudioMixer mixer;
  Singer loud(mixer, 400, 0.95);
  Singer other(mixer, 1'000, 0.5);
  mix(mixer, {&loud, &other}, 3);
  const double expected = dsp::power_dbov(0.5 * 0.5 / 2);
  EXPECT_NEAR(power_db(mixer.heard_by(loud.source), 1'000), expected, 0.05);
  EXPECT_LT(power_db(mixer.heard_by(loud.source), 400), expected - 70);
}

TEST_F(AudioMixerTest, TheLimiterBendsWithoutAStep) {
  AudioMixer mixer;
  Singer a(mixer, 400, 0.9);
  Singer b(mixer, 450, 0.9);
  Singer c(mixer, 500, 0.9);
  std::int16_t last = 0;
  int largest = 0;
  for (int i = 0; i < 50; ++i) {
    mix(mixer, {&a, &b, &c});
    largest = std::max(largest, largest_step(mixer.common(), last));
  }
  EXPECT_LT(largest, 6'000) << "three sines of 0.9 have steps up to 5210";
}

TEST_F(AudioMixerTest, TheLoudestAreHeardAndDoNotChangePlacesForLittle) {
  AudioMixer mixer({.max_talkers = 2});
  Singer a(mixer, 400, 0.2);
  Singer b(mixer, 600, 0.2);
  Singer c(mixer, 800, 0.1);
  mix(mixer, {&a, &b, &c}, 3);
  EXPECT_FALSE(mixer.is_in(c.source));
  c.set_amplitude(0.35);
  mix(mixer, {&a, &b, &c}, 50);
  EXPECT_FALSE(mixer.is_in(c.source)) << "5 dB louder is not enough";
  c.set_amplitude(0.6);
  mix(mixer, {&a, &b, &c}, 2);
  EXPECT_TRUE(mixer.is_in(c.source));
  EXPECT_NE(mixer.is_in(a.source), mixer.is_in(b.source));
}

TEST_F(AudioMixerTest, AChangeOfPlacesDoesNotClick) {
  AudioMixer mixer({.max_talkers = 1});
  Singer a(mixer, 300, 0.1);
  Singer b(mixer, 350, 0.02);
  mix(mixer, {&a, &b}, 5);
  std::int16_t last = mixer.common().back();
  b.set_amplitude(0.4);
  mix(mixer, {&a, &b});
  int largest = largest_step(mixer.common(), last);
  mix(mixer, {&a, &b});
  largest = std::max(largest, largest_step(mixer.common(), last));
  EXPECT_TRUE(mixer.is_in(b.source));
  EXPECT_LT(largest, 800) << "the newcomer's own steps are 600";
}

TEST_F(AudioMixerTest, APauseIsHeldOutAndAWordBeginsAtOnce) {
  AudioMixer mixer;
  Singer a(mixer, 400, 0.2);
  mix(mixer, {&a}, 2);
  a.set_amplitude(0.0);
  mix(mixer, {&a}, 25);
  EXPECT_TRUE(mixer.is_in(a.source));
  mix(mixer, {&a}, 2);
  EXPECT_FALSE(mixer.is_in(a.source));
  a.set_amplitude(0.2);
  mix(mixer, {&a});
  EXPECT_NEAR(power_db(mixer.common(), 400), dsp::power_dbov(0.2 * 0.2 / 2), 0.1);
}

TEST_F(AudioMixerTest, WhoLeavesFadesOut) {
  AudioMixer mixer;
  Singer a(mixer, 400, 0.2);
  mix(mixer, {&a}, 2);
  std::int16_t last = mixer.common().back();
  mixer.set_frame(a.source, a.next());
  mixer.fade_out(a.source);
  mixer.mix();
  EXPECT_LT(largest_step(mixer.common(), last), 400) << "the sine's own steps are 343";
  EXPECT_LT(std::abs(int{mixer.common().back()}), 20);
  mixer.remove_source(a.source);
  mixer.mix();
  EXPECT_EQ(mixer.common_level(), dsp::kSilenceLevel);
}

}  // namespace
}  // namespace parley::media
