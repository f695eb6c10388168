#pragma once

#include <complex>
#include <span>

namespace parley::dsp {

/// In place, unscaled, radix 2; the length must be a power of two. For measuring, not for the tick.
void fft(std::span<std::complex<double>> values);
/// The inverse of `fft`, scaled by 1 / length.
void inverse_fft(std::span<std::complex<double>> values);

}  // namespace parley::dsp
