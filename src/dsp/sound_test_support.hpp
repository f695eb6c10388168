#pragma once

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numbers>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "dsp/convert.hpp"
#include "dsp/gain.hpp"
#include "dsp/samples.hpp"

/// Sounds for tests: generated ones, and recorded voices where the machine has Debian's
/// `asterisk-core-sounds-*-wav` (8 kHz, 16 bit, mono). With CI=true their absence fails the test.
namespace parley::dsp::testing {

inline float random_unit(Random& random) {
  return static_cast<float>(random.u32() >> 8) / static_cast<float>(1u << 23) - 1.0F;
}

/// White noise of the given peak.
inline Samples noise(std::size_t count, float peak, Random& random) {
  Samples samples(count);
  for (std::int16_t& sample : samples) sample = to_int16(peak * random_unit(random));
  return samples;
}

/// White noise through a one-pole low-pass: what a fan or a car sounds like.
inline Samples brown_noise(std::size_t count, float peak, Random& random) {
  Samples samples(count);
  float state = 0.0F;
  for (std::int16_t& sample : samples) {
    state += 0.1F * (random_unit(random) - state);
    sample = to_int16(peak * 3.0F * state);
  }
  return samples;
}

/// Syllables of 100 to 300 ms with a wandering pitch, two moving formants and pauses between, about
/// -20 dBov: the same seed gives the same "sentence", another seed another.
inline Samples babble(std::uint32_t milliseconds, std::uint32_t rate, std::uint64_t seed) {
  SeededRandom random(seed);
  Samples out(samples_in(milliseconds, rate));
  const auto between = [&random](double low, double high) {
    return low + (high - low) * (0.5 + 0.5 * double{random_unit(random)});
  };
  std::size_t at = samples_in(20, rate);
  double phase = 0.0;
  while (at < out.size()) {
    const std::size_t length = samples_in(static_cast<std::uint32_t>(between(100, 300)), rate);
    const double pitch = between(95, 190);
    const double glide = between(-0.15, 0.15);
    const double formants[] = {between(300, 800), between(900, 2400)};
    for (std::size_t i = 0; i < length && at + i < out.size(); ++i) {
      const double t = static_cast<double>(i) / static_cast<double>(length);
      const double f = pitch * (1.0 + glide * t);
      phase += 2.0 * std::numbers::pi * f / rate;
      double sum = 0.0;
      for (int k = 1; k * f < 3'400.0; ++k) {
        double weight = 0.02;
        for (const double formant : formants)
          weight += std::exp(-std::pow((k * f - formant) / 150.0, 2));
        sum += weight * std::sin(k * phase);
      }
      const double envelope = std::pow(std::sin(std::numbers::pi * t), 0.5);
      out[at + i] = to_int16(static_cast<float>(0.12 * envelope * sum));
    }
    at += length + samples_in(static_cast<std::uint32_t>(between(20, 150)), rate);
  }
  return out;
}

inline constexpr const char* kVoiceFolder = "/usr/share/asterisk/sounds/";
inline constexpr std::uint32_t kVoiceRate = 8'000;

/// The bytes of a recorded voice's file, e.g. "en_US_f_Allison/vm-intro.wav".
inline std::optional<std::string> voice_file(const std::string& name) {
  std::ifstream file(kVoiceFolder + name, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// Its samples at `kVoiceRate`. These files hold a header of 44 bytes and nothing behind the data.
inline std::optional<Samples> voice(const std::string& name) {
  const auto bytes = voice_file(name);
  if (!bytes || bytes->size() <= 44) return std::nullopt;
  Samples samples((bytes->size() - 44) / 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto low = static_cast<std::uint8_t>((*bytes)[44 + 2 * i]);
    const auto high = static_cast<std::uint8_t>((*bytes)[45 + 2 * i]);
    samples[i] = static_cast<std::int16_t>(low | high << 8);
  }
  return samples;
}

inline bool must_have_voices() {
  const char* ci = std::getenv("CI");
  return ci && std::string(ci) == "true";
}

/// Skips the test where no voices are installed; fails it with CI=true.
#define PARLEY_NEED_VOICES()                                                      \
  if (!parley::dsp::testing::voice("en_US_f_Allison/vm-intro.wav")) {             \
    if (parley::dsp::testing::must_have_voices()) FAIL() << "no recorded voices"; \
    GTEST_SKIP() << "no recorded voices: install asterisk-core-sounds-en-wav";    \
  }                                                                               \
  static_assert(true)

/// `samples` delayed by `delay_ms` of silence, followed by as much, and `gain_db` louder.
inline Samples placed(SampleView samples, std::uint32_t rate, std::uint32_t delay_ms,
                      float gain_db) {
  const std::size_t delay = samples_in(delay_ms, rate);
  Samples out(samples.size() + 2 * delay);
  std::copy(samples.begin(), samples.end(), out.begin() + static_cast<std::ptrdiff_t>(delay));
  apply_gain(MutableSampleView(out), db_to_gain(gain_db));
  return out;
}

/// Silence where `samples` is loudest: a dropout that must be noticed.
inline void cut_hole(MutableSampleView samples, std::uint32_t rate, std::uint32_t hole_ms) {
  const std::size_t length = samples_in(hole_ms, rate);
  double best = -1.0;
  std::size_t at = 0;
  for (std::size_t start = 0; start + length < samples.size(); start += length / 4) {
    double energy = 0.0;
    for (const std::int16_t sample : samples.subspan(start, length))
      energy += double{to_float(sample)} * to_float(sample);
    if (energy > best) best = energy, at = start;
  }
  for (std::int16_t& sample : samples.subspan(at, length)) sample = 0;
}

}  // namespace parley::dsp::testing
