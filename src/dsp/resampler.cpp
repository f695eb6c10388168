#include "dsp/resampler.hpp"

#include <speex/speex_resampler.h>

#include <algorithm>
#include <cassert>

namespace parley::dsp {

void Resampler::Destroy::operator()(SpeexResamplerState_* state) const {
  speex_resampler_destroy(state);
}

Resampler::Resampler(std::uint32_t in_rate, std::uint32_t out_rate, ResamplerQuality quality)
    : in_rate_(in_rate), out_rate_(out_rate) {
  assert(in_rate >= kMinRate && in_rate <= kMaxRate);
  assert(out_rate >= kMinRate && out_rate <= kMaxRate);
  if (in_rate == out_rate) return;
  int error = 0;
  state_.reset(speex_resampler_init(1, in_rate, out_rate, static_cast<int>(quality), &error));
  assert(state_ && error == RESAMPLER_ERR_SUCCESS);
}

std::size_t Resampler::capacity_for(std::size_t in_count) const {
  return (in_count * out_rate_ + in_rate_ - 1) / in_rate_ + 1;
}

std::size_t Resampler::process(SampleView in, MutableSampleView out) {
  if (!state_) {
    assert(out.size() >= in.size());
    std::copy(in.begin(), in.end(), out.begin());
    return in.size();
  }
  assert(out.size() >= capacity_for(in.size()));
  std::size_t written = 0;
  while (!in.empty()) {
    auto consumed = static_cast<spx_uint32_t>(in.size());
    auto produced = static_cast<spx_uint32_t>(out.size() - written);
    speex_resampler_process_int(state_.get(), 0, in.data(), &consumed, out.data() + written,
                                &produced);
    if (consumed == 0) break;  // `out` is full: the assertion above excludes it
    in = in.subspan(consumed);
    written += produced;
  }
  return written;
}

std::size_t Resampler::delay() const {
  return state_ ? static_cast<std::size_t>(speex_resampler_get_output_latency(state_.get())) : 0;
}

void Resampler::skip_delay() {
  if (state_) speex_resampler_skip_zeros(state_.get());
}

void Resampler::reset() {
  if (state_) speex_resampler_reset_mem(state_.get());
}

Samples resample(SampleView in, std::uint32_t in_rate, std::uint32_t out_rate) {
  if (in_rate == out_rate) return {in.begin(), in.end()};
  Resampler resampler(in_rate, out_rate, ResamplerQuality::offline);
  const std::size_t length =
      (in.size() * static_cast<std::uint64_t>(out_rate) + in_rate / 2) / in_rate;
  // Silence pushes the last samples out of the filter, whose past was skipped exactly, not to the
  // nearest output sample.
  const Samples tail((resampler.delay() + 2) * in_rate / out_rate + 2);
  resampler.skip_delay();
  Samples out(resampler.capacity_for(in.size()) + resampler.capacity_for(tail.size()));
  std::size_t written = resampler.process(in, out);
  written += resampler.process(tail, MutableSampleView(out).subspan(written));
  assert(written >= length);
  out.resize(length);
  return out;
}

}  // namespace parley::dsp
