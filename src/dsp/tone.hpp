#pragma once

#include <cmath>
#include <numbers>

#include "dsp/gain.hpp"
#include "dsp/samples.hpp"

namespace parley::dsp {

struct ToneOptions {
  std::uint32_t rate = 48'000;  ///< Hz
  float frequency = 1'000.0F;   ///< Hz, below half the rate
  float amplitude = 0.25F;      ///< peak, full scale 1.0
  std::uint32_t duration_ms = 500;
  std::uint32_t fade_ms = 10;  ///< raised cosine at both edges: no click
};

/// A sine that begins and ends in silence. Allocates.
inline Samples make_tone(const ToneOptions& options) {
  Samples samples(samples_in(options.duration_ms, options.rate));
  const double step = 2.0 * std::numbers::pi * options.frequency / options.rate;
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] =
        to_int16(options.amplitude * static_cast<float>(std::sin(step * static_cast<double>(i))));
  fade_edges(samples, samples_in(options.fade_ms, options.rate));
  return samples;
}

}  // namespace parley::dsp
