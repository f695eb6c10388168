#include "media/recorder.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "wire/wav.hpp"

namespace parley::media {
namespace {

constexpr std::size_t kFramesPerAppend = Recorder::kAppendEvery / Recorder::kFrameLength;
constexpr std::array<std::int16_t, Recorder::kFrameSamples> kSilence{};

bool within(std::chrono::seconds value) {
  return value >= std::chrono::seconds(1) && value <= Recorder::kMaxDuration;
}

RecordEnd end_of(Recorder::Wake wake) {
  switch (wake) {
    case Recorder::Wake::initial_silence:
      return RecordEnd::initial_silence_timeout;
    case Recorder::Wake::max_silence:
      return RecordEnd::max_silence_timeout;
    case Recorder::Wake::max_duration:
      return RecordEnd::max_record_duration_reached;
    case Recorder::Wake::media_receive:
      return RecordEnd::media_receive_timeout;
  }
  return RecordEnd::unspecified_error;
}

}  // namespace

Recorder::Recorder(Instant now, RecorderOptions options)
    : options_(std::move(options)),
      started_(now),
      last_received_(now),
      quiet_since_(now),
      max_frames_(static_cast<std::size_t>(options_.max_duration / kFrameLength)),
      voice_({.rate = kRate}) {
  assert(within(options_.initial_silence_timeout) && within(options_.max_silence_timeout));
  assert(within(options_.max_duration) && options_.stop_tones.size() <= kMaxStopTones);
}

Instant Recorder::instant_of(std::size_t frame) const {
  return started_ + kFrameLength * static_cast<std::int64_t>(frame);
}

void Recorder::handle_frame(Instant now, dsp::SampleView frame, FrameSource source) {
  assert(frame.size() == kFrameSamples);
  handle_timeout(now);
  if (ended_) return;
  if (source == FrameSource::received) last_received_ = now;
  if (instant_of(frames_) > now + kMaxLag) {
    ++dropped_frames_;
    return;
  }
  fill_up_to(now - kMaxLag);
  write(now, frame);
  if (frames_ == max_frames_) end(RecordEnd::max_record_duration_reached);
}

void Recorder::fill_up_to(Instant now) {
  while (frames_ < max_frames_ && instant_of(frames_ + 1) <= now)
    write(instant_of(frames_ + 1), kSilence);
}

void Recorder::write(Instant now, dsp::SampleView frame) {
  if (frames_ == max_frames_) return;
  wire::append_wav_samples(pending_, frame);
  if (++frames_ % kFramesPerAppend == 0) flush();
  hear(now, frame);
}

void Recorder::hear(Instant now, dsp::SampleView frame) {
  const bool spoke = voice_.speaking();
  if (voice_.push(frame)) {
    speech_ = true;
  } else if (spoke) {
    // The detector speaks on for its hangover.
    quiet_since_ = now - std::chrono::milliseconds(dsp::VoiceActivityOptions{}.hangover_ms);
  }
}

bool Recorder::would_stop(Key key) const {
  KeySequence keys = keys_;
  keys.push(key);
  return std::any_of(options_.stop_tones.begin(), options_.stop_tones.end(),
                     [&keys](const KeySequence& tone) { return keys.ends_with(tone); });
}

void Recorder::handle_key(Instant now, Key key) {
  handle_timeout(now);
  if (ended_) return;
  if (would_stop(key)) return end(RecordEnd::stop_tone_detected);
  keys_.push(key);
}

void Recorder::handle_timeout(Instant now) {
  const auto deadline = next_deadline();
  if (!deadline || now < deadline->at) return;
  fill_up_to(deadline->at);
  end(end_of(deadline->reason));
}

void Recorder::stop(Instant now, RecordEnd reason) {
  handle_timeout(now);
  if (ended_) return;
  fill_up_to(now - kMaxLag);
  end(reason);
}

std::optional<Deadline<Recorder::Wake>> Recorder::next_deadline() const {
  if (ended_) return std::nullopt;
  // Frames end it exactly; the clock only where they stay away.
  std::optional<Deadline<Wake>> next{{instant_of(max_frames_) + kMaxLag, Wake::max_duration}};
  next = soonest(next, std::optional<Deadline<Wake>>(
                           {last_received_ + options_.media_timeout, Wake::media_receive}));
  if (!speech_)
    next = soonest(next, std::optional<Deadline<Wake>>(
                             {started_ + options_.initial_silence_timeout, Wake::initial_silence}));
  else if (!voice_.speaking())
    next = soonest(next, std::optional<Deadline<Wake>>(
                             {quiet_since_ + options_.max_silence_timeout, Wake::max_silence}));
  return next;
}

// The first header says "until the end of the file": readable, whenever the process dies.
void Recorder::flush() {
  if (pending_.empty()) return;
  Bytes bytes;
  if (!header_written_) bytes = to_bytes(wire::wav_header(kRate, 0));
  header_written_ = true;
  bytes.insert(bytes.end(), pending_.begin(), pending_.end());
  pending_.clear();
  events_.push_back(RecordAppend{std::move(bytes)});
}

void Recorder::end(RecordEnd reason) {
  assert(!ended_);
  ended_ = true;
  flush();
  const std::uint64_t samples = frames_ * kFrameSamples;
  if (header_written_) events_.push_back(RecordHeader{to_bytes(wire::wav_header(kRate, samples))});
  events_.push_back(RecordEnded{.end = reason,
                                .bytes = header_written_ ? wire::kWavHeaderSize + 2 * samples : 0,
                                .duration = kFrameLength * static_cast<std::int64_t>(frames_),
                                .speech = speech_});
}

std::optional<RecordEvent> Recorder::poll_event() {
  if (events_.empty()) return std::nullopt;
  RecordEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace parley::media
