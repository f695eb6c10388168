#include "client/media_recorder.hpp"

#include <algorithm>

#include "codec/g711.hpp"

namespace parley::client {
namespace {

/// The loudest level that a place to shorten may have, -dBov.
constexpr std::uint8_t kQuietLevel = 60;
/// The longest Opus packet, RFC 6716 §3.2.1.
constexpr std::uint32_t kLongestFrameMs = 120;

}  // namespace

MediaRecorder::MediaRecorder(const Now& now, const edge::AudioFormat& format,
                             MediaRecorderOptions options)
    : format_(format),
      options_(options),
      start_(now.monotonic),
      buffer_({.clock_rate = format.clock_rate, .delay = options.delay}),
      frame_ticks_(codec::frame_ticks(format.codec)),
      decoded_(dsp::samples_in(kLongestFrameMs, kRate)),
      widened_(from_narrow_.capacity_for(decoded_.size())) {}

void MediaRecorder::handle_input(const Now& now, const edge::ReceivedRtp& rtp) {
  if (rtp.is_telephone_event) return;
  ++packets_;
  buffer_.insert(now, {.header = rtp.header,
                       .quiet = rtp.level && *rtp.level >= kQuietLevel,
                       .payload = rtp.payload});
}

// Each tick has its own time: who wakes up late hears what it would have heard in time.
void MediaRecorder::handle_timeout(const Now& now) {
  while (next_deadline() <= now.monotonic) {
    play_one({next_deadline(), now.utc});
    ++frames_;
  }
}

void MediaRecorder::play_one(const Now& now) {
  while (ready_.size() < kFrameSamples) {
    const rtp::PopResult popped = buffer_.pop(now, frame_ticks_);
    if (const auto* frame = std::get_if<rtp::Frame>(&popped)) {
      play(*frame);
    } else if (const auto* missing = std::get_if<rtp::Missing>(&popped)) {
      make_up(*missing);
    } else {
      ready_.resize(ready_.size() + std::size_t{frame_ticks_} * kRate / format_.clock_rate);
    }
  }
  const auto end = ready_.begin() + kFrameSamples;
  const auto limit = static_cast<std::int64_t>(options_.max_length / kFrame);
  if (frames_ < limit)
    samples_.insert(samples_.end(), ready_.begin(), end);
  else
    ++beyond_limit_;
  ready_.erase(ready_.begin(), end);
}

void MediaRecorder::play(const rtp::Frame& frame) {
  if (format_.codec == codec::Codec::opus) {
    const std::size_t count = opus_.decode(frame.payload, decoded_);
    if (count == 0) return make_up({});
    frame_ticks_ = static_cast<std::uint32_t>(count * format_.clock_rate / kRate);
    return append({decoded_.data(), count});
  }
  const std::size_t count = std::min(frame.payload.size(), decoded_.size());
  const dsp::MutableSampleView narrow(decoded_.data(), count);
  if (format_.codec == codec::Codec::pcmu)
    codec::decode_pcmu(frame.payload.first(count), narrow);
  else
    codec::decode_pcma(frame.payload.first(count), narrow);
  frame_ticks_ = static_cast<std::uint32_t>(count);
  append(dsp::SampleView(widened_).first(from_narrow_.process(narrow, widened_)));
}

// G.711 has no concealment of its own: silence, as its telephones gave.
void MediaRecorder::make_up(const rtp::Missing& missing) {
  const std::size_t count = std::size_t{frame_ticks_} * kRate / format_.clock_rate;
  const dsp::MutableSampleView out(decoded_.data(), std::min(count, decoded_.size()));
  if (format_.codec != codec::Codec::opus)
    std::fill(out.begin(), out.end(), std::int16_t{0});
  else if (missing.next_payload)
    opus_.decode_fec(*missing.next_payload, out);
  else
    opus_.conceal(out);
  append(out);
}

void MediaRecorder::append(dsp::SampleView decoded) {
  ready_.insert(ready_.end(), decoded.begin(), decoded.end());
}

}  // namespace parley::client
