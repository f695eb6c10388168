#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>

#include "dsp/samples.hpp"

namespace parley::dsp {

/// Adds `addend` to `sum`, saturating at full scale. Both must have one length.
inline void mix_into(MutableSampleView sum, SampleView addend) {
  assert(sum.size() == addend.size());
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] = static_cast<std::int16_t>(std::clamp(sum[i] + addend[i], -32768, 32767));
}

/// Adds without a bound: a float sum is limited once, after every listener's own part was
/// subtracted.
inline void mix_into(MutableFloatView sum, FloatView addend) {
  assert(sum.size() == addend.size());
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += addend[i];
}

/// Takes a talker's own part out of the common sum (mix-minus).
inline void subtract_from(MutableFloatView sum, FloatView part) {
  assert(sum.size() == part.size());
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] -= part[i];
}

/// Where `soft_limit` begins to bend: -3 dBFS.
inline constexpr float kLimiterKnee = 0.7F;

/// Unchanged up to the knee, then bent so that nothing reaches full scale. No memory, no delay; a
/// sum far above full scale is distorted, but never wraps or clips hard.
inline float soft_limit(float sample) {
  const float size = std::abs(sample);
  if (size <= kLimiterKnee) return sample;
  constexpr float kRoom = 1.0F - kLimiterKnee;
  return std::copysign(kLimiterKnee + kRoom * std::tanh((size - kLimiterKnee) / kRoom), sample);
}

}  // namespace parley::dsp
