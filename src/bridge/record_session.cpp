#include "bridge/record_session.hpp"

#include <cassert>

#include "bridge/record_outcome.hpp"

namespace parley::bridge {

static_assert(PortListener::kRate == media::Recorder::kRate);

void RecordSession::set_state(State next) {
  assert(next > state_);
  state_ = next;
}

void RecordSession::begin_prompt(codec::Codec codec) {
  if (!setup_.options.barge_in_allowed) return;
  listener_.emplace(codec);
  barge_in_.emplace();
}

void RecordSession::begin_beep() {
  set_state(State::beeping);
  listener_.reset();
  barge_in_.reset();
}

void RecordSession::begin_recording(Instant at, codec::Codec codec) {
  set_state(State::recording);
  if (!listener_) listener_.emplace(codec);
  std::vector<BargeIn::Frame> kept;
  if (barge_in_) kept = barge_in_->kept();
  barge_in_.reset();
  const auto back = media::Recorder::kFrameLength * static_cast<std::int64_t>(kept.size());
  recorder_.emplace(at - back, recorder_options(setup_.options));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto frame_end = at - back + media::Recorder::kFrameLength * static_cast<int>(i + 1);
    recorder_->handle_frame(frame_end, kept[i], media::FrameSource::received);
  }
}

void RecordSession::change_codec(codec::Codec codec) {
  if (listener_) listener_.emplace(codec);
}

void RecordSession::insert(const Now& now, const wire::RtpHeader& header, ByteView payload,
                           std::optional<std::uint8_t> level) {
  if (listener_) listener_->insert(now, header, payload, level);
}

bool RecordSession::handle_tick(const Now& tick) {
  if (!listener_) return false;
  const dsp::SampleView frame = listener_->next_frame(tick);
  if (recorder_) {
    recorder_->handle_frame(
        tick.monotonic, frame,
        packet_came_ ? media::FrameSource::received : media::FrameSource::made_up);
    packet_came_ = false;
    return false;
  }
  return barge_in_ && barge_in_->push(frame);
}

Instant RecordSession::take_waiting(const Now& now) {
  constexpr int kMaxFrames = 50;  // all that a jitter buffer holds, and more than it delays
  Now played = now;
  for (int i = 0; listener_ && !listener_->is_empty() && i < kMaxFrames; ++i) {
    played.monotonic += media::Recorder::kFrameLength;
    recorder_->handle_frame(played.monotonic, listener_->next_frame(played),
                            media::FrameSource::received);
  }
  return played.monotonic;
}

bool RecordSession::handle_key(const Now& now, media::Key key) {
  if (state_ == State::recording)
    recorder_->handle_key(recorder_->would_stop(key) ? take_waiting(now) : now.monotonic, key);
  if (state_ != State::prompting || !setup_.options.barge_in_allowed) return false;
  barge_in_.reset();  // nobody spoke: the recording begins with the key
  return true;
}

void RecordSession::stop(const Now& now, media::RecordEnd end) {
  if (recorder_) recorder_->stop(take_waiting(now), end);
}

bool RecordSession::poll_beginning() {
  if (has_begun_ || !recorder_ || recorder_->is_empty()) return false;
  has_begun_ = true;
  return true;
}

std::optional<media::RecordEvent> RecordSession::poll_event() {
  return recorder_ ? recorder_->poll_event() : std::nullopt;
}

void RecordSession::end() {
  set_state(State::ended);
  listener_.reset();
  barge_in_.reset();
}

}  // namespace parley::bridge
