#include "media/prompt_encoder.hpp"

#include <algorithm>
#include <utility>

#include "codec/g711.hpp"
#include "codec/opus_encoder.hpp"
#include "dsp/gain.hpp"
#include "dsp/level.hpp"
#include "dsp/resampler.hpp"
#include "wire/wav.hpp"

namespace parley::media {
namespace {

using codec::Codec;

constexpr std::uint32_t kMixRate = 48'000;
constexpr std::size_t kMixFrame = dsp::samples_in(codec::kFrameMs, kMixRate);

// The whole sound at `rate`, with silent edges, filled up to `frames` whole frames.
dsp::Samples shape(dsp::SampleView samples, std::uint32_t from, std::uint32_t rate,
                   std::size_t frames, std::uint32_t fade_ms) {
  dsp::Samples shaped = dsp::resample(samples, from, rate);
  dsp::fade_edges(shaped, dsp::samples_in(fade_ms, rate));
  shaped.resize(frames * dsp::samples_in(codec::kFrameMs, rate));
  return shaped;
}

EncodedTrack encode_opus(codec::OpusFrameEncoder& encoder, dsp::SampleView samples) {
  EncodedTrack track{.codec = Codec::opus, .store = {}, .ends = {}};
  Bytes buffer(codec::OpusFrameEncoder::kMaxFrameBytes);
  encoder.set_prediction_disabled(true);
  for (std::size_t at = 0; at < samples.size(); at += kMixFrame) {
    const ByteView frame = encoder.encode(samples.subspan(at, kMixFrame), buffer);
    track.store.insert(track.store.end(), frame.begin(), frame.end());
    track.ends.push_back(static_cast<std::uint32_t>(track.store.size()));
    if (at == 0) encoder.set_prediction_disabled(false);
  }
  track.store.shrink_to_fit();
  return track;
}

EncodedTrack encode_g711(Codec codec, dsp::SampleView samples) {
  EncodedTrack track{.codec = codec, .store = Bytes(samples.size()), .ends = {}};
  if (codec == Codec::pcmu)
    codec::encode_pcmu(samples, track.store);
  else
    codec::encode_pcma(samples, track.store);
  const std::uint32_t frame = codec::frame_ticks(codec);
  for (std::uint32_t end = frame; end <= samples.size(); end += frame) track.ends.push_back(end);
  return track;
}

std::vector<std::uint8_t> levels_of(dsp::SampleView samples) {
  std::vector<std::uint8_t> levels;
  levels.reserve(samples.size() / kMixFrame);
  for (std::size_t at = 0; at < samples.size(); at += kMixFrame)
    levels.push_back(dsp::audio_level(samples.subspan(at, kMixFrame)));
  return levels;
}

PromptError kind_of(wire::WavError error) {
  switch (error) {
    case wire::WavError::not_wav:
    case wire::WavError::bad_format:
    case wire::WavError::no_format:
    case wire::WavError::no_data:
      return PromptError::not_wav;
    case wire::WavError::encoding:
    case wire::WavError::channels:
    case wire::WavError::sample_size:
    case wire::WavError::sample_rate:
      return PromptError::unsupported_format;
    case wire::WavError::too_long:
      return PromptError::too_long;
  }
  return PromptError::not_wav;
}

std::string too_long_text(std::uint64_t seconds) {
  return "the sound lasts " + std::to_string(seconds) + " s; allowed are 10 minutes";
}

}  // namespace

Result<SharedPrompt, PromptFailure> encode_wav_prompt(ByteView file,
                                                      const PromptEncoding& encoding) {
  if (file.size() > kMaxPromptBytes)
    return Failure{PromptFailure{
        PromptError::too_large,
        "the file has " + std::to_string(file.size()) + " bytes; allowed are 20 MiB"}};
  const auto audio = wire::read_wav(file);
  if (!audio)
    return Failure{PromptFailure{kind_of(audio.error().error), wire::to_text(audio.error())}};
  return encode_prompt(audio->samples, audio->sample_rate, encoding);
}

Result<SharedPrompt, PromptFailure> encode_prompt(dsp::SampleView samples, std::uint32_t rate,
                                                  const PromptEncoding& encoding) {
  if (rate < dsp::Resampler::kMinRate || rate > dsp::Resampler::kMaxRate)
    return Failure{PromptFailure{
        PromptError::unsupported_format,
        "the sample rate is " + std::to_string(rate) + " Hz; allowed are 8000 to 48000"}};
  if (samples.empty()) return Failure{PromptFailure{PromptError::empty, "the file holds no sound"}};
  constexpr auto kMaxSeconds =
      static_cast<std::uint64_t>(std::chrono::seconds(kMaxPromptLength).count());
  if (samples.size() > kMaxSeconds * rate)
    return Failure{PromptFailure{PromptError::too_long, too_long_text(samples.size() / rate)}};

  codec::OpusFrameEncoder encoder(
      {.bitrate = encoding.opus_bitrate, .complexity = encoding.opus_complexity});
  const std::size_t mix_samples = samples.size() * std::uint64_t{kMixRate} / rate + 1;
  const std::size_t frames = (mix_samples + encoder.lookahead() + kMixFrame - 1) / kMixFrame;
  const dsp::Samples mix = shape(samples, rate, kMixRate, frames, encoding.fade_ms);
  std::vector<EncodedTrack> tracks;
  dsp::Samples narrow;
  for (const Codec codec : encoding.codecs) {
    if (codec == Codec::opus) {
      tracks.push_back(encode_opus(encoder, mix));
      continue;
    }
    if (narrow.empty())
      narrow = shape(samples, rate, codec::clock_rate(codec), frames, encoding.fade_ms);
    tracks.push_back(encode_g711(codec, narrow));
  }
  return std::make_shared<const EncodedPrompt>(levels_of(mix), std::move(tracks));
}

}  // namespace parley::media
