#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace parley::dsp {

/// Mono samples, full scale at 32767. The rate is told beside them.
using Samples = std::vector<std::int16_t>;
using SampleView = std::span<const std::int16_t>;
using MutableSampleView = std::span<std::int16_t>;

/// Mono samples, full scale at 1.0; sums may exceed it until they are limited.
using FloatView = std::span<const float>;
using MutableFloatView = std::span<float>;

inline constexpr float kFullScale = 32768.0F;

/// Samples in `milliseconds` at `rate` Hz.
constexpr std::size_t samples_in(std::uint32_t milliseconds, std::uint32_t rate) {
  return static_cast<std::size_t>(milliseconds) * rate / 1000;
}

}  // namespace parley::dsp
