#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>

#include "dsp/samples.hpp"

namespace parley::dsp {

/// Nearest 16-bit sample, saturated; NaN becomes silence.
inline std::int16_t to_int16(float sample) {
  const float scaled = sample * kFullScale;
  if (!(scaled > -kFullScale)) return scaled <= -kFullScale ? -32768 : 0;
  return static_cast<std::int16_t>(std::lrint(std::min(scaled, 32767.0F)));
}

inline float to_float(std::int16_t sample) {
  return static_cast<float>(sample) / kFullScale;
}

/// `out` must be as long as `in`.
inline void to_int16(FloatView in, MutableSampleView out) {
  assert(in.size() == out.size());
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = to_int16(in[i]);
}

/// `out` must be as long as `in`.
inline void to_float(SampleView in, MutableFloatView out) {
  assert(in.size() == out.size());
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = to_float(in[i]);
}

}  // namespace parley::dsp
