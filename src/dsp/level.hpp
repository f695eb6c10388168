#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "dsp/samples.hpp"

namespace parley::dsp {

/// RFC 6464 §3: digital silence, and anything at or below -127 dBov.
inline constexpr std::uint8_t kSilenceLevel = 127;

/// Mean of the squares, full scale (a square wave at overload) being 1.0; 0 for no samples.
inline double mean_square(SampleView samples) {
  if (samples.empty()) return 0.0;
  std::int64_t sum = 0;
  for (const std::int16_t sample : samples) sum += std::int32_t{sample} * sample;
  return static_cast<double>(sum) / static_cast<double>(samples.size()) /
         (double{kFullScale} * kFullScale);
}

inline double mean_square(FloatView samples) {
  if (samples.empty()) return 0.0;
  double sum = 0.0;
  for (const float sample : samples) sum += double{sample} * sample;
  return sum / static_cast<double>(samples.size());
}

inline double rms(SampleView samples) {
  return std::sqrt(mean_square(samples));
}
inline double rms(FloatView samples) {
  return std::sqrt(mean_square(samples));
}

/// Power (mean square) in dBov, never below -127.
inline double power_dbov(double mean_square_value) {
  constexpr double kFloor = 1.9952623149688797e-13;  // -127 dB
  return 10.0 * std::log10(std::max(mean_square_value, kFloor));
}

/// The level that the header extension of RFC 6464 carries: 0 (overload) to 127 (silence), in
/// -dBov.
inline std::uint8_t audio_level(double mean_square_value) {
  return static_cast<std::uint8_t>(
      std::clamp(std::lround(-power_dbov(mean_square_value)), 0L, 127L));
}

inline std::uint8_t audio_level(SampleView samples) {
  return audio_level(mean_square(samples));
}
inline std::uint8_t audio_level(FloatView samples) {
  return audio_level(mean_square(samples));
}

}  // namespace parley::dsp
