#include "client/media_player.hpp"

#include <cassert>

namespace parley::client {
namespace {

const std::vector<codec::Codec> kAllCodecs{codec::Codec::opus, codec::Codec::pcmu,
                                           codec::Codec::pcma};

}  // namespace

Result<media::SharedPrompt, media::PromptFailure> prepare_sound(dsp::SampleView samples,
                                                                std::uint32_t rate) {
  return media::encode_prompt(samples, rate, {.codecs = kAllCodecs});
}

media::SharedPrompt prepare_silence() {
  const dsp::Samples silence(dsp::samples_in(codec::kFrameMs, 8'000));
  return *prepare_sound(silence, 8'000);
}

MediaPlayer::MediaPlayer(const Now& now, const edge::AudioFormat& format,
                         MediaPlayerOptions options, Random& random)
    : format_(format),
      options_(std::move(options)),
      start_(now.monotonic),
      first_timestamp_(random.u32()),
      keys_({.clock_rate = format.clock_rate, .tick_samples = codec::frame_ticks(format.codec)}) {
  assert(options_.silence);
  if (!format_.telephone_event) next_key_ = options_.digits.size();
}

std::optional<edge::RtpToSend> MediaPlayer::poll_frame(const Now& now) {
  if (now.monotonic < next_deadline()) return std::nullopt;
  skip_late(now);
  const std::int64_t index = frames_++;
  const wire::RtpTimestamp timestamp{first_timestamp_ + static_cast<std::uint32_t>(index) *
                                                            codec::frame_ticks(format_.codec)};
  if (keys_.idle()) press_due();
  const auto key = keys_.tick(timestamp);
  if (!keys_.idle()) keys_idle_since_ = frames_;
  if (key) {
    key_packet_ = *key;
    marker_ = true;
    return edge::RtpToSend{.payload_type = *format_.telephone_event,
                           .marker = key->marker,
                           .timestamp = key->timestamp,
                           .payload = key_packet_.payload,
                           .level = std::nullopt};
  }
  edge::RtpToSend frame = audio_frame(index - skipped_);
  frame.timestamp = timestamp;
  return frame;
}

void MediaPlayer::skip_late(const Now& now) {
  const std::int64_t due = (now.monotonic - start_) / kFrame + 1;
  const std::int64_t late = due - frames_ - options_.max_burst;
  if (late <= 0) return;
  frames_ += late;
  skipped_ += late;
  marker_ = true;
}

void MediaPlayer::press_due() {
  if (next_key_ == options_.digits.size()) return;
  const DigitPress& next = options_.digits[next_key_];
  if ((frames_ - 1 - keys_idle_since_) * kFrame < next.wait) return;
  ++next_key_;
  keys_.press(next.event, options_.press);
}

edge::RtpToSend MediaPlayer::audio_frame(std::int64_t index) {
  auto at = static_cast<std::size_t>(index);
  const media::EncodedPrompt* prompt = options_.sound.get();
  if (prompt && options_.loop) at %= prompt->frame_count();
  if (!prompt || at >= prompt->frame_count()) {
    prompt = options_.silence.get();
    at = 0;
  }
  edge::RtpToSend frame{.payload_type = format_.payload_type,
                        .marker = marker_,
                        .timestamp = {},
                        .payload = prompt->frame(format_.codec, at),
                        .level = prompt->level(at)};
  marker_ = false;
  return frame;
}

bool MediaPlayer::finished() const {
  const bool sound_over = !options_.sound || static_cast<std::size_t>(frames_ - skipped_) >=
                                                 options_.sound->frame_count();
  return sound_over && next_key_ == options_.digits.size() && keys_.idle();
}

}  // namespace parley::client
