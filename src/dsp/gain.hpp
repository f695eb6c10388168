#pragma once

#include <cmath>
#include <numbers>

#include "dsp/convert.hpp"
#include "dsp/samples.hpp"

namespace parley::dsp {

inline float db_to_gain(float db) {
  return std::pow(10.0F, db / 20.0F);
}

inline void apply_gain(MutableFloatView samples, float gain) {
  for (float& sample : samples) sample *= gain;
}

/// Saturates instead of wrapping.
inline void apply_gain(MutableSampleView samples, float gain) {
  for (std::int16_t& sample : samples) sample = to_int16(to_float(sample) * gain);
}

/// Moves the gain linearly from `from` at the first sample to `to` just after the last one, so that
/// consecutive frames join without a step.
inline void ramp_gain(MutableFloatView samples, float from, float to) {
  const float step = samples.empty() ? 0.0F : (to - from) / static_cast<float>(samples.size());
  float gain = from;
  for (float& sample : samples) {
    sample *= gain;
    gain += step;
  }
}

/// The raised cosine at sample `index` of a fade of `length` samples: 0 at its start, 1 at its end.
inline float fade_gain(std::size_t index, std::size_t length) {
  const float phase = (static_cast<float>(index) + 0.5F) / static_cast<float>(length);
  return 0.5F - 0.5F * std::cos(std::numbers::pi_v<float> * phase);
}

/// Fades the first `length` samples in and the last `length` out, each at most half of them.
inline void fade_edges(MutableSampleView samples, std::size_t length) {
  length = std::min(length, samples.size() / 2);
  for (std::size_t i = 0; i < length; ++i) {
    const float gain = fade_gain(i, length);
    std::int16_t& last = samples[samples.size() - 1 - i];
    samples[i] = to_int16(to_float(samples[i]) * gain);
    last = to_int16(to_float(last) * gain);
  }
}

}  // namespace parley::dsp
