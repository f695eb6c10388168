#include "bridge/port_listener.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "codec/g711.hpp"

namespace parley::bridge {
namespace {

rtp::JitterBufferOptions jitter_options(codec::Codec codec, rtp::PlayoutDelayOptions delay) {
  return {.clock_rate = codec::clock_rate(codec), .delay = delay};
}

}  // namespace

PortListener::PortListener(codec::Codec codec, std::uint32_t rate, rtp::PlayoutDelayOptions delay)
    : rate_(rate),
      clock_rate_(codec::clock_rate(codec)),
      jitter_(jitter_options(codec, delay)),
      codec_(codec),
      last_units_(codec::frame_ticks(codec)) {
  assert(rate == kRate || rate == kMaxRate);
  if (codec == codec::Codec::opus)
    decoder_.emplace<codec::OpusFrameDecoder>(rate);
  else
    decoder_.emplace<Narrow>(rate);
  waiting_.reserve(2 * kMaxPacketMs * rate / 1000 + frame_samples());
}

void PortListener::insert(const Now& now, const wire::RtpHeader& header, ByteView payload,
                          std::optional<std::uint8_t> level) {
  jitter_.insert(now,
                 {.header = header, .quiet = level && *level >= kQuietLevel, .payload = payload});
}

dsp::SampleView PortListener::next_frame(const Now& now) {
  const std::size_t count = frame_samples();
  while (waiting_.size() < count) fill(now);
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  std::copy(waiting_.begin(), end, frame_.begin());
  waiting_.erase(waiting_.begin(), end);
  return dsp::SampleView(frame_).first(count);
}

void PortListener::fill(const Now& now) {
  const rtp::PopResult popped = jitter_.pop(now, last_units_);
  if (std::holds_alternative<rtp::Empty>(popped)) return fall_silent();
  silent_ = false;
  if (const auto* frame = std::get_if<rtp::Frame>(&popped)) return decode(frame->payload);
  make_up(std::get<rtp::Missing>(popped));
}

// From sound to silence by one concealed frame that fades, so that the edge does not click.
void PortListener::fall_silent() {
  if (std::exchange(silent_, true)) {
    std::ranges::fill(grow(last_samples()), std::int16_t{0});
    return;
  }
  const std::size_t before = waiting_.size();
  make_up({});
  const auto made_up = dsp::MutableSampleView(waiting_).subspan(before);
  const auto count = static_cast<std::int32_t>(made_up.size());
  for (std::int32_t i = 0; i < count; ++i)
    made_up[static_cast<std::size_t>(i)] =
        static_cast<std::int16_t>(made_up[static_cast<std::size_t>(i)] * (count - i) / count);
}

dsp::MutableSampleView PortListener::grow(std::size_t count) {
  const std::size_t before = waiting_.size();
  waiting_.resize(before + count);
  return dsp::MutableSampleView(waiting_).subspan(before);
}

void PortListener::decode(ByteView payload) {
  if (auto* opus = std::get_if<codec::OpusFrameDecoder>(&decoder_)) {
    const std::size_t room = opus->max_samples();
    const std::size_t count = opus->decode(payload, grow(room));
    shrink(room - count);
    if (count == 0) return make_up({});
    last_units_ = static_cast<std::uint32_t>(count * (clock_rate_ / rate_));
    return;
  }
  Narrow& narrow = std::get<Narrow>(decoder_);
  if (payload.size() > narrow.last.size()) return make_up({});
  narrow.size = payload.size();
  const auto samples = dsp::MutableSampleView(narrow.last).first(narrow.size);
  codec_ == codec::Codec::pcmu ? codec::decode_pcmu(payload, samples)
                               : codec::decode_pcma(payload, samples);
  last_units_ = static_cast<std::uint32_t>(narrow.size);
  resample(narrow);
}

void PortListener::make_up(const rtp::Missing& missing) {
  if (auto* opus = std::get_if<codec::OpusFrameDecoder>(&decoder_)) {
    const auto out = grow(last_samples());
    if (missing.next_payload)
      opus->decode_fec(*missing.next_payload, out);
    else
      opus->conceal(out);
    return;
  }
  // The last packet once more, half as loud each time (in the spirit of G.711 Appendix I).
  Narrow& narrow = std::get<Narrow>(decoder_);
  narrow.size = last_units_;
  for (std::int16_t& sample : narrow.last) sample = static_cast<std::int16_t>(sample / 2);
  resample(narrow);
}

void PortListener::resample(Narrow& narrow) {
  const auto in = dsp::SampleView(narrow.last).first(narrow.size);
  const std::size_t room = narrow.resampler.capacity_for(in.size());
  shrink(room - narrow.resampler.process(in, grow(room)));
}

}  // namespace parley::bridge
