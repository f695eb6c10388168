#include "dsp/sound_match.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <complex>
#include <cstdio>
#include <numbers>
#include <optional>

#include "dsp/fft.hpp"
#include "dsp/resampler.hpp"

namespace parley::dsp {
namespace {

using Complex = std::complex<double>;
using Wave = std::vector<double>;
using WaveView = std::span<const double>;

constexpr double kMaxSeconds = 20 * 60;
// Digital silence with dither stays below this power; full scale is 1.
constexpr double kSilentPower = 1e-9;
constexpr double kNone = -127.0;

double to_db(double power_ratio) {
  return power_ratio > 0.0 ? std::max(10.0 * std::log10(power_ratio), kNone) : kNone;
}

// Without what a telephone does not carry: DC and rumble would move both the correlation and the
// gain.
Wave prepare(SoundView sound, std::uint32_t rate) {
  constexpr double kCutoffHz = 100.0;
  const Samples resampled = resample(sound.samples, sound.rate, rate);
  const double pole = std::exp(-2.0 * std::numbers::pi * kCutoffHz / rate);
  Wave wave(resampled.size());
  double last_in = 0.0;
  double last_out = 0.0;
  for (std::size_t i = 0; i < wave.size(); ++i) {
    const double in = static_cast<double>(resampled[i]) / double{kFullScale};
    last_out = pole * (last_out + in - last_in);
    last_in = in;
    wave[i] = last_out;
  }
  return wave;
}

double energy(WaveView wave) {
  double sum = 0.0;
  for (const double sample : wave) sum += sample * sample;
  return sum;
}

double dot(WaveView a, WaveView b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Sample `start + i` of `wave`, zero outside of it.
Wave slice(WaveView wave, std::ptrdiff_t start, std::size_t length) {
  Wave out(length);
  const std::ptrdiff_t size = std::ssize(wave);
  const std::ptrdiff_t from = std::clamp<std::ptrdiff_t>(start, 0, size);
  const std::ptrdiff_t to =
      std::clamp<std::ptrdiff_t>(start + static_cast<std::ptrdiff_t>(length), from, size);
  if (to > from) std::copy(wave.begin() + from, wave.begin() + to, out.begin() + (from - start));
  return out;
}

// Entry k is the sum over i of heard[i + k] * reference[i]; negative k wrap to the end.
Wave cross_correlate(WaveView heard, WaveView reference) {
  const std::size_t size = std::bit_ceil(heard.size() + reference.size());
  std::vector<Complex> a(size);
  std::vector<Complex> b(size);
  std::copy(heard.begin(), heard.end(), a.begin());
  std::copy(reference.begin(), reference.end(), b.begin());
  fft(a);
  fft(b);
  for (std::size_t i = 0; i < size; ++i) a[i] *= std::conj(b[i]);
  inverse_fft(a);
  Wave out(size);
  std::transform(a.begin(), a.end(), out.begin(), [](Complex c) { return c.real(); });
  return out;
}

// The offset (samples; negative when the start was not heard) at which the reference fits best, the
// heard energy under it being normalised away so that a louder sound elsewhere does not win.
std::ptrdiff_t find_offset(WaveView heard, WaveView reference) {
  const Wave correlation = cross_correlate(heard, reference);
  Wave energy_before(heard.size() + 1);
  for (std::size_t i = 0; i < heard.size(); ++i)
    energy_before[i + 1] = energy_before[i] + heard[i] * heard[i];
  // Overlaps that hold nearly no sound must not win by a small divisor.
  const double floor = energy_before.back() * 1e-3 + 1e-12;
  const std::ptrdiff_t size = std::ssize(heard);
  const std::ptrdiff_t length = std::ssize(reference);
  std::ptrdiff_t best = 0;
  double best_score = 0.0;
  for (std::ptrdiff_t offset = 1 - length; offset < size; ++offset) {
    const auto index =
        static_cast<std::size_t>(offset < 0 ? offset + std::ssize(correlation) : offset);
    const double from =
        energy_before[static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0))];
    const double to = energy_before[static_cast<std::size_t>(std::min(offset + length, size))];
    const double score = correlation[index] / std::sqrt(to - from + floor);
    if (score <= best_score) continue;
    best_score = score;
    best = offset;
  }
  return best;
}

struct Window {
  std::ptrdiff_t shift = 0;  // from the common offset
  double dot = 0.0;
  double heard_energy = 0.0;
  double correlation = -1.0;
};

Window fit_window(WaveView heard, std::ptrdiff_t start, WaveView reference, std::ptrdiff_t reach) {
  const Wave around =
      slice(heard, start - reach, reference.size() + 2 * static_cast<std::size_t>(reach));
  const double reference_energy = energy(reference);
  Window best;
  for (std::ptrdiff_t shift = -reach; shift <= reach; ++shift) {
    const WaveView part =
        WaveView(around).subspan(static_cast<std::size_t>(shift + reach), reference.size());
    const double heard_energy = energy(part);
    const double product = dot(part, reference);
    const double norm = std::sqrt(heard_energy * reference_energy);
    const double correlation = norm > kSilentPower ? product / norm : 0.0;
    if (correlation <= best.correlation) continue;
    best = {shift, product, heard_energy, correlation};
  }
  return best;
}

class Comparison {
 public:
  Comparison(SoundView heard, SoundView reference, const SoundMatchOptions& options)
      : options_(options),
        heard_(prepare(heard, options.rate)),
        reference_(prepare(reference, options.rate)) {
    const double power =
        energy(reference_) / static_cast<double>(std::max<std::size_t>(reference_.size(), 1));
    signal_power_ = std::max(power * std::pow(10.0, -options.signal_range_db / 10.0), kSilentPower);
  }

  SoundMatch run() {
    if (reference_.empty()) return {};
    offset_ = find_offset(heard_, reference_);
    match_.offset_ms = to_ms(offset_);
    for (std::size_t at = 0; at < reference_.size(); at += window_length() / 2) judge_window(at);
    summarize();
    measure_gaps();
    return match_;
  }

 private:
  double to_ms(std::ptrdiff_t samples) const {
    return static_cast<double>(samples) * 1000.0 / options_.rate;
  }
  std::size_t window_length() const { return samples_in(options_.window_ms, options_.rate); }
  bool has_signal(WaveView part) const {
    return energy(part) > signal_power_ * static_cast<double>(part.size());
  }
  WaveView reference_part(std::size_t at, std::size_t length) const {
    return WaveView(reference_).subspan(at, std::min(length, reference_.size() - at));
  }

  void judge_window(std::size_t at) {
    const WaveView part = reference_part(at, window_length());
    // A short rest at the end is covered by the window before it.
    if (part.size() < window_length() / 2 && at > 0) return;
    if (!has_signal(part)) return;
    const auto reach =
        static_cast<std::ptrdiff_t>(samples_in(options_.local_shift_ms, options_.rate));
    const Window window =
        fit_window(heard_, offset_ + static_cast<std::ptrdiff_t>(at), part, reach);
    if (match_.windows == 0 || window.correlation < match_.smallest_correlation)
      match_.smallest_correlation = window.correlation;
    ++match_.windows;
    if (window.correlation >= options_.window_correlation) {
      ++matched_;
      first_shift_ = std::min(first_shift_.value_or(window.shift), window.shift);
      last_shift_ = std::max(last_shift_.value_or(window.shift), window.shift);
    }
    dot_ += window.dot;
    heard_energy_ += window.heard_energy;
    reference_energy_ += energy(part);
  }

  void summarize() {
    if (match_.windows == 0) return;
    const double norm = std::sqrt(heard_energy_ * reference_energy_);
    match_.correlation = norm > kSilentPower ? dot_ / norm : 0.0;
    const double gain = dot_ / reference_energy_;
    match_.gain_db = gain > 0.0 ? to_db(gain * gain) : kNone;
    match_.matched_fraction = static_cast<double>(matched_) / static_cast<double>(match_.windows);
    if (first_shift_) match_.drift_ms = to_ms(*last_shift_ - *first_shift_);
  }

  // A gap goes on through pauses of the reference, which neither lengthen nor end it.
  void measure_gaps() {
    const std::size_t length = samples_in(options_.block_ms, options_.rate);
    const double expected_gain = std::pow(10.0, (match_.gain_db - options_.missing_db) / 10.0);
    double gap = 0.0;
    for (std::size_t at = 0; at < reference_.size(); at += length) {
      const WaveView part = reference_part(at, length);
      if (!has_signal(part)) continue;
      const Wave heard = slice(heard_, offset_ + static_cast<std::ptrdiff_t>(at), part.size());
      const bool missing = energy(heard) < energy(part) * expected_gain ||
                           energy(heard) < kSilentPower * static_cast<double>(heard.size());
      gap = missing ? gap + options_.block_ms : 0.0;
      match_.longest_gap_ms = std::max(match_.longest_gap_ms, gap);
    }
  }

  SoundMatchOptions options_;
  Wave heard_;
  Wave reference_;
  double signal_power_ = 0.0;
  std::ptrdiff_t offset_ = 0;
  SoundMatch match_;
  std::size_t matched_ = 0;
  std::optional<std::ptrdiff_t> first_shift_;
  std::optional<std::ptrdiff_t> last_shift_;
  double dot_ = 0.0;
  double heard_energy_ = 0.0;
  double reference_energy_ = 0.0;
};

}  // namespace

std::string SoundMatch::text() const {
  char line[256];
  std::snprintf(line, sizeof line,
                "offset %.1f ms, correlation %.3f (smallest %.3f of %zu windows, %.0f %% matched), "
                "gain %.1f dB, longest gap %.0f ms, drift %.1f ms",
                offset_ms, correlation, smallest_correlation, windows, matched_fraction * 100.0,
                gain_db, longest_gap_ms, drift_ms);
  return line;
}

SoundMatch match_sound(SoundView heard, SoundView reference, const SoundMatchOptions& options) {
  assert(static_cast<double>(heard.samples.size()) / heard.rate +
             static_cast<double>(reference.samples.size()) / reference.rate <=
         kMaxSeconds);
  return Comparison(heard, reference, options).run();
}

std::string unmet(const SoundMatch& match, const SoundExpectation& expectation) {
  std::string what;
  const auto fail = [&what](const char* name) {
    what += (what.empty() ? "" : ", ") + std::string(name);
  };
  if (match.windows == 0) fail("the reference holds no signal");
  if (match.correlation < expectation.correlation) fail("correlation");
  if (match.smallest_correlation < expectation.smallest_correlation) fail("smallest correlation");
  if (match.longest_gap_ms > expectation.longest_gap_ms) fail("gap");
  if (match.matched_fraction < expectation.matched_fraction) fail("matched fraction");
  if (std::abs(match.gain_db - expectation.gain_db) > expectation.gain_error_db) fail("gain");
  return what.empty() ? what : what + ": " + match.text();
}

}  // namespace parley::dsp
