#include "proto/rtp/telephone_event_sender.hpp"

#include <algorithm>
#include <cassert>

#include "proto/rtp/sequence.hpp"

namespace parley::rtp {
namespace {

constexpr int kEnds = 3;                    // RFC 4733 §2.5.1.4
constexpr std::uint32_t kSegment = 0xFFFF;  // §2.5.1.3

}  // namespace

bool TelephoneEventSender::press(std::uint8_t event, std::chrono::milliseconds length,
                                 std::chrono::milliseconds pause) {
  assert(event <= wire::kLastTelephoneEvent);
  if (queue_.size() == options_.max_queue) return false;
  const auto held = std::clamp(length, options_.min_press, options_.max_press);
  queue_.push_back({event, units(held), units(std::max(pause, options_.gap))});
  return true;
}

std::optional<TelephoneEventPacket> TelephoneEventSender::tick(wire::RtpTimestamp now) {
  switch (state_) {
    case State::waiting:
      return begin(now);
    case State::pressed:
      return go_on(now, false);
    case State::ending:
      return repeat_end();
    case State::pausing:
      rest(now);
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<TelephoneEventPacket> TelephoneEventSender::begin(wire::RtpTimestamp now) {
  if (queue_.empty()) return std::nullopt;
  state_ = State::pressed;
  segment_start_ = now.value;
  earlier_segments_ = 0;
  return go_on(now, true);
}

// The key is down until the end of this tick.
TelephoneEventPacket TelephoneEventSender::go_on(wire::RtpTimestamp now, bool marker) {
  std::uint32_t duration = now.value + options_.tick_samples - segment_start_;
  if (duration > kSegment) {
    // §2.5.1.3: the next segment begins where the one before ends, unmarked, as no new key.
    segment_start_ += kSegment;
    earlier_segments_ += kSegment;
    duration -= kSegment;
  }
  if (earlier_segments_ + duration < queue_.front().length) return packet(marker, false, duration);
  state_ = State::ending;
  last_duration_ = duration;
  ends_left_ = kEnds - 1;
  pause_until_ = now.value + options_.tick_samples + queue_.front().pause;
  return packet(marker, true, duration);
}

TelephoneEventPacket TelephoneEventSender::repeat_end() {
  if (--ends_left_ == 0) state_ = State::pausing;
  return packet(false, true, last_duration_);
}

void TelephoneEventSender::rest(wire::RtpTimestamp now) {
  if (signed_distance(now.value + options_.tick_samples, pause_until_) < 0) return;
  queue_.pop_front();
  state_ = State::waiting;
}

TelephoneEventPacket TelephoneEventSender::packet(bool marker, bool end,
                                                  std::uint32_t duration) const {
  return {.marker = marker,
          .timestamp = {segment_start_},
          .payload = wire::write_telephone_event(
              {queue_.front().event, end, options_.volume, static_cast<std::uint16_t>(duration)})};
}

std::uint32_t TelephoneEventSender::units(std::chrono::milliseconds duration) const {
  return static_cast<std::uint32_t>(duration.count() * options_.clock_rate / 1000);
}

}  // namespace parley::rtp
