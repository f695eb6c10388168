#pragma once

#include <algorithm>
#include <cassert>

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

}  // namespace parley::dsp
