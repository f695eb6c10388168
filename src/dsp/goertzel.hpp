#pragma once

#include <cmath>
#include <numbers>

#include "dsp/level.hpp"
#include "dsp/samples.hpp"

namespace parley::dsp {

/// The mean-square power that a sine of `frequency` Hz has in `samples` (full scale 1.0; a sine of
/// amplitude a gives a*a/2), by Goertzel's recurrence. Resolution is about rate / count Hz.
inline double tone_power(SampleView samples, std::uint32_t rate, double frequency) {
  if (samples.empty()) return 0.0;
  const double omega = 2.0 * std::numbers::pi * frequency / rate;
  const double coefficient = 2.0 * std::cos(omega);
  double before = 0.0;
  double last = 0.0;
  for (const std::int16_t sample : samples) {
    const double next =
        static_cast<double>(sample) / double{kFullScale} + coefficient * last - before;
    before = last;
    last = next;
  }
  const double magnitude_squared = before * before + last * last - coefficient * before * last;
  const double count = static_cast<double>(samples.size());
  return 2.0 * magnitude_squared / (count * count);
}

/// Share (0 to about 1) of the whole power that lies at `frequency`; 0 for digital silence.
inline double tone_share(SampleView samples, std::uint32_t rate, double frequency) {
  const double total = mean_square(samples);
  return total > 0.0 ? tone_power(samples, rate, frequency) / total : 0.0;
}

}  // namespace parley::dsp
