#include "dsp/sound_match.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <complex>
#include <cstdio>
#include <limits>
#include <numbers>
#include <vector>

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

struct Fit {
  std::ptrdiff_t shift = 0;  // from where it was looked for
  double dot = 0.0;
  double heard_energy = 0.0;
  double correlation = -1.0;
};

Fit fit_at(WaveView part, std::ptrdiff_t shift, WaveView reference, double reference_energy) {
  const double heard_energy = energy(part);
  const double product = dot(part, reference);
  const double norm = std::sqrt(heard_energy * reference_energy);
  return {shift, product, heard_energy, norm > kSilentPower ? product / norm : 0.0};
}

Fit fit_near(WaveView heard, std::ptrdiff_t start, WaveView reference, std::ptrdiff_t reach) {
  const Wave around =
      slice(heard, start - reach, reference.size() + 2 * static_cast<std::size_t>(reach));
  const double reference_energy = energy(reference);
  Fit best;
  for (std::ptrdiff_t shift = -reach; shift <= reach; ++shift) {
    const WaveView part =
        WaveView(around).subspan(static_cast<std::size_t>(shift + reach), reference.size());
    const Fit fit = fit_at(part, shift, reference, reference_energy);
    if (fit.correlation > best.correlation) best = fit;
  }
  return best;
}

// As `fit_near`, for a reach of many samples.
Fit fit_far(WaveView heard, std::ptrdiff_t start, WaveView reference, std::ptrdiff_t reach) {
  const Wave around =
      slice(heard, start - reach, reference.size() + 2 * static_cast<std::size_t>(reach));
  const std::ptrdiff_t at =
      std::clamp<std::ptrdiff_t>(find_offset(around, reference), 0, 2 * reach);
  return fit_at(WaveView(around).subspan(static_cast<std::size_t>(at), reference.size()),
                at - reach, reference, energy(reference));
}

struct Window {
  std::size_t at = 0;
  std::ptrdiff_t place = 0;  // from the common offset
  bool jumped = false;       // it lies elsewhere than the one before
  bool at_jump = false;      // it holds the place where the sound jumps
  Fit fit{};
};

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
    for (std::size_t at = 0; at < reference_.size(); at += window_length() / 2) place_window(at);
    find_jumps();
    judge_windows();
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

  std::ptrdiff_t reach(std::uint32_t milliseconds) const {
    return static_cast<std::ptrdiff_t>(samples_in(milliseconds, options_.rate));
  }

  void place_window(std::size_t at) {
    const WaveView part = reference_part(at, window_length());
    // A short rest at the end is covered by the window before it.
    if (part.size() < window_length() / 2 && at > 0) return;
    if (!has_signal(part)) return;
    // From the last jump, not the last window: one that fits nowhere must not lead the next astray.
    Window window{.at = at, .place = jumped_to_};
    const std::ptrdiff_t start = offset_ + static_cast<std::ptrdiff_t>(at) + window.place;
    window.fit = fit_near(heard_, start, part, reach(options_.local_shift_ms));
    if (options_.jump_ms > 0 && window.fit.correlation < options_.window_correlation) {
      const Fit far = fit_far(heard_, start, part, reach(options_.jump_ms));
      if (far.correlation >= options_.window_correlation) {
        window.fit = far;
        jumped_to_ = window.place + far.shift;
        // Most of the sound may lie behind a jump, and the common offset with it.
        window.jumped = !windows_.empty();
      }
    }
    window.place += window.fit.shift;
    windows_.push_back(window);
  }

  // Windows overlap by half, so that two may hold a jump; the rest of them lies behind it.
  void find_jumps() {
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      if (!windows_[i].jumped) continue;
      ++match_.jumps;
      // Going on earlier means that what lay between was never heard.
      match_.longest_gap_ms =
          std::max(match_.longest_gap_ms, to_ms(windows_[i - 1].place - windows_[i].place));
      for (std::size_t before = i - std::min<std::size_t>(i, 2); before < i; ++before) {
        Window& window = windows_[before];
        if (window.fit.correlation >= options_.window_correlation) continue;
        window.at_jump = true;
        window.place = windows_[i].place;
      }
    }
  }

  void judge_windows() {
    double product = 0.0;
    double heard_energy = 0.0;
    double reference_energy = 0.0;
    std::size_t matched = 0;
    std::ptrdiff_t first = std::numeric_limits<std::ptrdiff_t>::max();
    std::ptrdiff_t last = std::numeric_limits<std::ptrdiff_t>::min();
    for (const Window& window : windows_) {
      if (window.at_jump) continue;
      const double correlation = window.fit.correlation;
      match_.smallest_correlation =
          match_.windows == 0 ? correlation : std::min(match_.smallest_correlation, correlation);
      ++match_.windows;
      if (correlation >= options_.window_correlation) {
        ++matched;
        first = std::min(first, window.place);
        last = std::max(last, window.place);
      }
      product += window.fit.dot;
      heard_energy += window.fit.heard_energy;
      reference_energy += energy(reference_part(window.at, window_length()));
    }
    if (match_.windows == 0) return;
    const double norm = std::sqrt(heard_energy * reference_energy);
    match_.correlation = norm > kSilentPower ? product / norm : 0.0;
    const double gain = product / reference_energy;
    match_.gain_db = gain > 0.0 ? to_db(gain * gain) : kNone;
    match_.matched_fraction = static_cast<double>(matched) / static_cast<double>(match_.windows);
    if (matched > 0) match_.drift_ms = to_ms(last - first);
  }

  // A gap goes on through pauses of the reference, which neither lengthen nor end it.
  void measure_gaps() {
    const std::size_t length = samples_in(options_.block_ms, options_.rate);
    double gap = 0.0;
    for (std::size_t at = 0; at < reference_.size(); at += length) {
      if (!has_signal(reference_part(at, length))) continue;
      gap = is_missing(at, length) ? gap + options_.block_ms : 0.0;
      match_.longest_gap_ms = std::max(match_.longest_gap_ms, gap);
    }
  }

  // Beside a jump the sound may be heard at either place.
  bool is_missing(std::size_t at, std::size_t length) const {
    if (match_.jumps == 0) return is_missing_at(at, length, 0);
    std::ptrdiff_t place = 0;
    for (const Window& window : windows_) {
      if (window.at > at) break;
      place = window.place;
      const bool covers = at < window.at + window_length();
      if (covers && !is_missing_at(at, length, place)) return false;
    }
    return is_missing_at(at, length, place);
  }

  bool is_missing_at(std::size_t at, std::size_t length, std::ptrdiff_t place) const {
    const WaveView part = reference_part(at, length);
    const Wave heard =
        slice(heard_, offset_ + static_cast<std::ptrdiff_t>(at) + place, part.size());
    const double expected_gain = std::pow(10.0, (match_.gain_db - options_.missing_db) / 10.0);
    return energy(heard) < energy(part) * expected_gain ||
           energy(heard) < kSilentPower * static_cast<double>(heard.size());
  }

  SoundMatchOptions options_;
  Wave heard_;
  Wave reference_;
  double signal_power_ = 0.0;
  std::ptrdiff_t offset_ = 0;
  SoundMatch match_;
  std::vector<Window> windows_;
  std::ptrdiff_t jumped_to_ = 0;
};

}  // namespace

std::string SoundMatch::text() const {
  char line[256];
  std::snprintf(line, sizeof line,
                "offset %.1f ms, correlation %.3f (smallest %.3f of %zu windows, %.0f %% matched), "
                "gain %.1f dB, longest gap %.0f ms, drift %.1f ms, %zu jumps",
                offset_ms, correlation, smallest_correlation, windows, matched_fraction * 100.0,
                gain_db, longest_gap_ms, drift_ms, jumps);
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
  if (match.jumps > expectation.jumps) fail("jumps");
  if (std::abs(match.gain_db - expectation.gain_db) > expectation.gain_error_db) fail("gain");
  return what.empty() ? what : what + ": " + match.text();
}

}  // namespace parley::dsp
