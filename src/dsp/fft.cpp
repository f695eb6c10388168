#include "dsp/fft.hpp"

#include <bit>
#include <cassert>
#include <numbers>
#include <vector>

namespace parley::dsp {
namespace {

using Complex = std::complex<double>;

void reverse_bits(std::span<Complex> values) {
  std::size_t reversed = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    std::size_t bit = values.size() >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (i < reversed) std::swap(values[i], values[reversed]);
  }
}

// Written out: the library's operator checks for NaN on every product.
Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

void transform(std::span<Complex> values, double direction) {
  const std::size_t count = values.size();
  assert(std::has_single_bit(count));
  reverse_bits(values);
  std::vector<Complex> roots(count / 2);
  for (std::size_t i = 0; i < roots.size(); ++i)
    roots[i] = std::polar(1.0, direction * 2.0 * std::numbers::pi * static_cast<double>(i) /
                                   static_cast<double>(count));
  for (std::size_t half = 1; half < count; half *= 2) {
    const std::size_t stride = count / (2 * half);
    for (std::size_t start = 0; start < count; start += 2 * half) {
      for (std::size_t i = 0; i < half; ++i) {
        const Complex odd = product(values[start + half + i], roots[i * stride]);
        const Complex even = values[start + i];
        values[start + i] = even + odd;
        values[start + half + i] = even - odd;
      }
    }
  }
}

}  // namespace

void fft(std::span<Complex> values) {
  transform(values, -1.0);
}

void inverse_fft(std::span<Complex> values) {
  transform(values, 1.0);
  const double scale = 1.0 / static_cast<double>(values.size());
  for (Complex& value : values) value *= scale;
}

}  // namespace parley::dsp
