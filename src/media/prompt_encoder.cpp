#include "media/prompt_encoder.hpp"

#include <algorithm>
#include <utility>

#include "codec/g711.hpp"
#include "codec/opus_encoder.hpp"
#include "dsp/gain.hpp"
#include "dsp/level.hpp"
#include "dsp/resampler.hpp"

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

}  // namespace

std::string_view text(PromptError error) {
  switch (error) {
    case PromptError::too_large:
      return "is larger than 20 MiB";
    case PromptError::not_wav:
      return "is not a WAV file";
    case PromptError::unsupported_format:
      return "is not WAV with 16-bit PCM, mono, 8 to 48 kHz";
    case PromptError::empty:
      return "holds no sound";
    case PromptError::too_long:
      return "is longer than 10 minutes";
  }
  return "";
}

Result<SharedPrompt, PromptError> encode_prompt(dsp::SampleView samples, std::uint32_t rate,
                                                const PromptEncoding& encoding) {
  if (rate < dsp::Resampler::kMinRate || rate > dsp::Resampler::kMaxRate)
    return Failure{PromptError::unsupported_format};
  if (samples.empty()) return Failure{PromptError::empty};
  constexpr auto kMaxSeconds =
      static_cast<std::uint64_t>(std::chrono::seconds(kMaxPromptLength).count());
  if (samples.size() > kMaxSeconds * rate) return Failure{PromptError::too_long};

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
