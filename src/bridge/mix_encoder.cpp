#include "bridge/mix_encoder.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "codec/g711.hpp"

namespace parley::bridge {

MixEncoder::MixEncoder(codec::Codec codec) : codec_(codec) {
  if (codec != codec::Codec::opus) encoder_.emplace<Narrow>();
}

ByteView MixEncoder::encode(dsp::SampleView frame) {
  assert(frame.size() == kFrameSamples);
  const bool anew = std::exchange(anew_, false);
  if (auto* opus = std::get_if<codec::OpusFrameEncoder>(&encoder_)) {
    if (anew) opus->set_prediction_disabled(true);
    const ByteView payload = opus->encode(frame, payload_);
    if (anew) opus->set_prediction_disabled(false);
    return payload;
  }
  const dsp::SampleView samples = std::get<Narrow>(encoder_).resample(frame);
  const auto payload = MutableByteView(payload_).first(samples.size());
  codec_ == codec::Codec::pcmu ? codec::encode_pcmu(samples, payload)
                               : codec::encode_pcma(samples, payload);
  return payload;
}

void MixEncoder::continue_from(const MixEncoder& other) {
  assert(codec_ == other.codec_);
  anew_ = other.anew_;
  if (const auto* opus = std::get_if<codec::OpusFrameEncoder>(&other.encoder_))
    return std::get<codec::OpusFrameEncoder>(encoder_).continue_from(*opus);
  Narrow& narrow = std::get<Narrow>(encoder_);
  narrow.resampler.reset();
  narrow.resample(std::get<Narrow>(other.encoder_).last);
}

dsp::SampleView MixEncoder::Narrow::resample(dsp::SampleView frame) {
  std::ranges::copy(frame, last.begin());
  return dsp::SampleView(samples).first(resampler.process(frame, samples));
}

}  // namespace parley::bridge
