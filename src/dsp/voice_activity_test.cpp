#include "dsp/voice_activity.hpp"

#include <gtest/gtest.h>

#include "dsp/gain.hpp"
#include "dsp/level.hpp"
#include "dsp/mix.hpp"
#include "dsp/resampler.hpp"
#include "dsp/sound_test_support.hpp"
#include "dsp/tone.hpp"

namespace parley::dsp {
namespace {

using testing::babble;

constexpr std::uint32_t kRate = 16'000;
constexpr std::size_t kFrame = kRate / 50;

struct Heard {
  int first_ms = -1;  // of the first speaking frame
  int last_ms = -1;   // end of the last one
  int speaking_ms = 0;
};

Heard listen(VoiceActivity& detector, SampleView sound) {
  Heard heard;
  for (std::size_t at = 0; at + kFrame <= sound.size(); at += kFrame) {
    if (!detector.push(sound.subspan(at, kFrame))) continue;
    const int ms = static_cast<int>(at / 16);
    if (heard.first_ms < 0) heard.first_ms = ms;
    heard.last_ms = ms + 20;
    heard.speaking_ms += 20;
  }
  return heard;
}

Heard listen(SampleView sound) {
  VoiceActivity detector;
  return listen(detector, sound);
}

Samples around(SampleView sound, std::size_t before_ms, std::size_t after_ms) {
  Samples out(before_ms * 16);
  out.insert(out.end(), sound.begin(), sound.end());
  out.resize(out.size() + after_ms * 16);
  return out;
}

TEST(VoiceActivity, SilenceIsSilence) {
  EXPECT_EQ(listen(Samples(kRate * 10)).speaking_ms, 0);
}

TEST(VoiceActivity, NoiseOfAnyLevelIsSilence) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    for (const float peak : {0.0005F, 0.003F, 0.02F, 0.1F, 0.5F}) {
      SeededRandom random(seed);
      EXPECT_EQ(listen(testing::noise(kRate * 6, peak, random)).speaking_ms, 0)
          << seed << " " << peak;
      EXPECT_EQ(listen(testing::brown_noise(kRate * 6, peak, random)).speaking_ms, 0)
          << "brown " << seed << " " << peak;
    }
  }
}

TEST(VoiceActivity, NoiseThatBeginsAndEndsIsSilence) {
  SeededRandom random(1);
  Samples sound(kRate * 3);
  for (int burst = 0; burst < 5; ++burst) {
    const Samples noise = testing::noise(kRate, 0.1F, random);
    sound.insert(sound.end(), noise.begin(), noise.end());
    sound.resize(sound.size() + kRate);
  }
  EXPECT_EQ(listen(sound).speaking_ms, 0);
}

TEST(VoiceActivity, ClicksAreSilence) {
  Samples sound(kRate * 5);
  for (std::size_t at = 8'000; at < sound.size(); at += 8'000) sound[at] = 25'000;
  EXPECT_EQ(listen(sound).speaking_ms, 0);
}

TEST(VoiceActivity, HumBecomesSilence) {
  Samples hum(kRate * 10);
  for (std::size_t i = 0; i < hum.size(); ++i)
    for (const float f : {50.0F, 100.0F, 150.0F})
      hum[i] = static_cast<std::int16_t>(static_cast<float>(hum[i]) +
                                         300.0F * std::sin(2.0F * std::numbers::pi_v<float> * f *
                                                           static_cast<float>(i) / 16'000.0F));
  EXPECT_LE(listen(hum).last_ms, 3'000);
}

TEST(VoiceActivity, SpeechBeginsAndEndsInTime) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Heard heard = listen(around(babble(2'000, kRate, seed), 1'000, 3'000));
    EXPECT_GE(heard.first_ms, 1'000) << seed;
    EXPECT_LE(heard.first_ms, 1'300) << seed;
    EXPECT_GE(heard.last_ms, 2'700) << seed;
    EXPECT_LE(heard.last_ms, 3'440) << seed;
  }
}

TEST(VoiceActivity, SpeechIsFoundInNoise) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SeededRandom random(seed);
    Samples sound = around(babble(2'000, kRate, seed), 3'000, 3'000);
    mix_into(MutableSampleView(sound), SampleView(testing::noise(sound.size(), 0.03F, random)));
    const Heard heard = listen(sound);
    EXPECT_GE(heard.first_ms, 3'000) << seed;
    EXPECT_LE(heard.first_ms, 3'400) << seed;
    EXPECT_LE(heard.last_ms, 5'440) << seed;
  }
}

TEST(VoiceActivity, LongSpeechStaysSpeech) {
  VoiceActivity detector;
  const Samples sound = babble(60'000, kRate, 3);
  const Heard heard = listen(detector, sound);
  EXPECT_GE(heard.speaking_ms, 58'000);
}

TEST(VoiceActivity, RecordedVoicesAreSpeechAndEnd) {
  PARLEY_NEED_VOICES();
  for (const char* name :
       {"en_US_f_Allison/vm-intro.wav", "en_US_f_Allison/demo-congrats.wav",
        "en_US_f_Allison/hello-world.wav", "en_US_f_Allison/tt-weasels.wav",
        "en_US_f_Allison/auth-thankyou.wav", "ru_RU_f_IvrvoiceRU/vm-intro.wav"}) {
    const auto recorded = testing::voice(name);
    ASSERT_TRUE(recorded) << name;
    for (const float gain_db : {0.0F, -20.0F}) {
      Samples speech = resample(*recorded, 8'000, kRate);
      apply_gain(MutableSampleView(speech), db_to_gain(gain_db));
      const int length_ms = static_cast<int>(speech.size() / 16);
      const Heard heard = listen(around(speech, 2'000, 2'000));
      EXPECT_GE(heard.first_ms, 2'000) << name;
      EXPECT_LE(heard.first_ms, 2'600) << name << " " << gain_db;
      EXPECT_LE(heard.last_ms, 2'000 + length_ms + 460) << name << " " << gain_db;
      EXPECT_GE(heard.speaking_ms, length_ms * 6 / 10)
          << name << " " << gain_db << " of " << length_ms;
    }
  }
}

TEST(VoiceActivity, EveryTelephoneRateAgrees) {
  for (const std::uint32_t rate : {8'000u, 16'000u, 48'000u}) {
    VoiceActivity detector({.rate = rate});
    const Samples sound = babble(2'000, rate, 1);
    int speaking = 0;
    for (std::size_t at = 0; at + rate / 50 <= sound.size(); at += rate / 50)
      speaking += detector.push(SampleView(sound).subspan(at, rate / 50));
    EXPECT_GT(speaking, 85) << rate;
  }
}

}  // namespace
}  // namespace parley::dsp
