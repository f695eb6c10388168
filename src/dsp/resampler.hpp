#pragma once

#include <memory>

#include "dsp/samples.hpp"

struct SpeexResamplerState_;

namespace parley::dsp {

/// speexdsp's quality scale, 0 to 10. `streaming` costs 2 to 5 us per 20 ms and is inaudible on a
/// telephone; `offline` is for work done once, off the tick.
enum class ResamplerQuality : int { streaming = 3, offline = 7 };

/// Converts a stream of mono samples between two of 8, 16, 24, 32, 44.1 and 48 kHz (any two rates
/// from `kMinRate` to `kMaxRate` work). Delays the stream by `delay()` output samples. Move-only;
/// allocates when made, not when run.
class Resampler {
 public:
  static constexpr std::uint32_t kMinRate = 8'000;
  static constexpr std::uint32_t kMaxRate = 48'000;

  Resampler(std::uint32_t in_rate, std::uint32_t out_rate,
            ResamplerQuality quality = ResamplerQuality::streaming);

  /// Consumes all of `in`, writes to the front of `out` and gives the count written. `out` must
  /// hold `capacity_for(in.size())`. 20 ms frames between the rates above that divide give 20 ms
  /// frames.
  std::size_t process(SampleView in, MutableSampleView out);
  std::size_t capacity_for(std::size_t in_count) const;

  /// Output samples by which the sound lags.
  std::size_t delay() const;
  /// Before the first sample: leaves out the delay, so that the first output is the first input's.
  /// The stream then gives that much less at first.
  void skip_delay();
  /// Forgets the past: for a gap in the stream.
  void reset();

 private:
  struct Destroy {
    void operator()(SpeexResamplerState_* state) const;
  };

  std::uint32_t in_rate_;
  std::uint32_t out_rate_;
  std::unique_ptr<SpeexResamplerState_, Destroy> state_;  // null when the rates are equal
};

/// A whole sound at another rate, its delay taken out: sample i of the result stands at the same
/// time as i * in_rate / out_rate of `in`, and the result is as long in time. Allocates.
Samples resample(SampleView in, std::uint32_t in_rate, std::uint32_t out_rate);

}  // namespace parley::dsp
