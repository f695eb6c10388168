#include "proto/rtp/telephone_event_receiver.hpp"

#include <algorithm>
#include <cstdlib>

#include "proto/rtp/sequence.hpp"

namespace parley::rtp {
namespace {

constexpr std::int32_t kSegment = 0xFFFF;  // RFC 4733 §2.5.1.3

}  // namespace

void TelephoneEventReceiver::handle_input(const Now& now, const wire::RtpHeader& header,
                                          ByteView payload) {
  handle_timeout(now);
  ++stats_.packets;
  const auto event = wire::read_telephone_event(payload);
  if (!event) {
    ++stats_.malformed;
    return;
  }
  Press* press = find(header, *event);
  if (!press) return begin(now, header, *event);
  update(now, *press, header.timestamp.value, *event);
}

TelephoneEventReceiver::Press* TelephoneEventReceiver::find(const wire::RtpHeader& header,
                                                            const wire::TelephoneEvent& event) {
  const auto found = std::find_if(presses_.rbegin(), presses_.rend(), [&](const Press& press) {
    return press.ssrc == header.ssrc && is_of(press, header.timestamp.value, event.event);
  });
  return found == presses_.rend() ? nullptr : &*found;
}

// A packet of a press has its start, or the start of one of its segments: an earlier one that was
// overtaken, or a later one that nobody ended. Whole segments may get lost on the way.
bool TelephoneEventReceiver::is_of(const Press& press, std::uint32_t timestamp,
                                   std::uint8_t event) const {
  const std::int32_t on = signed_distance(timestamp, press.segment_start);
  if (on == 0) return true;
  if (press.event != event || on % kSegment != 0) return false;
  return std::abs(std::int64_t{on}) <= units_in(options_.memory) && (on < 0 || !press.end_seen);
}

void TelephoneEventReceiver::update(const Now& now, Press& press, std::uint32_t timestamp,
                                    const wire::TelephoneEvent& event) {
  press.last_packet = now.monotonic;
  const std::int64_t on = signed_distance(timestamp, press.segment_start);
  if (on < 0) press.earlier_segments = std::max(press.earlier_segments, -on);
  if (on > 0) {
    press.earlier_segments += on;
    press.segment_start = timestamp;
    press.duration = 0;
  }
  if (!press.down) {
    ++stats_.repeated;
    press.end_seen |= event.end;
    return;
  }
  if (on < 0) return;
  press.duration = std::max(press.duration, event.duration);
  if (event.end) end(press, true);
}

std::optional<bool> TelephoneEventReceiver::make_way(const wire::RtpHeader& header) {
  bool overtaken = false;
  for (Press& press : presses_) {
    if (press.ssrc != header.ssrc) continue;
    const std::int64_t behind = signed_distance(press.segment_start, header.timestamp.value);
    const bool of_this_timeline = behind > 0 && behind <= units_in(options_.memory);
    if (of_this_timeline && behind > units_in(options_.max_age)) return std::nullopt;
    overtaken |= of_this_timeline;
    // The next key is down, so this one is up, and its end got lost or is late.
    if (!of_this_timeline && press.down) end(press, false);
  }
  return overtaken;
}

void TelephoneEventReceiver::begin(const Now& now, const wire::RtpHeader& header,
                                   const wire::TelephoneEvent& event) {
  const std::optional<bool> overtaken = make_way(header);
  if (!overtaken) {
    ++stats_.ghosts;
    return;
  }
  if (presses_.size() == options_.max_remembered) {
    if (presses_.front().down) end(presses_.front(), false);
    presses_.pop_front();
  }
  presses_.push_back({.ssrc = header.ssrc,
                      .event = event.event,
                      .segment_start = header.timestamp.value,
                      .duration = event.duration,
                      .last_packet = now.monotonic});
  ++stats_.presses;
  events_.push_back(ToneStarted{event.event, header.ssrc});
  if (event.end || *overtaken) end(presses_.back(), event.end);
}

void TelephoneEventReceiver::end(Press& press, bool end_seen) {
  press.down = false;
  press.end_seen = end_seen;
  const std::int64_t units = press.earlier_segments + press.duration;
  const std::chrono::milliseconds duration(units * 1000 / options_.clock_rate);
  events_.push_back(ToneEnded{press.event, press.ssrc, duration, end_seen});
}

void TelephoneEventReceiver::handle_timeout(const Now& now) {
  for (Press& press : presses_) {
    if (!press.down || now.monotonic < press.last_packet + options_.end_timeout) continue;
    ++stats_.timeouts;
    end(press, false);
  }
  std::erase_if(presses_, [&](const Press& press) {
    return !press.down && now.monotonic >= press.last_packet + options_.memory;
  });
}

std::int64_t TelephoneEventReceiver::units_in(Duration duration) const {
  return duration / std::chrono::milliseconds(1) * options_.clock_rate / 1000;
}

std::optional<ToneEvent> TelephoneEventReceiver::poll_event() {
  if (events_.empty()) return std::nullopt;
  const ToneEvent event = events_.front();
  events_.pop_front();
  return event;
}

std::optional<Deadline<TelephoneEventDeadline>> TelephoneEventReceiver::next_deadline() const {
  std::optional<Instant> first;
  for (const Press& press : presses_)
    if (press.down) first = soonest(first, std::optional(press.last_packet + options_.end_timeout));
  if (!first) return std::nullopt;
  return Deadline{*first, TelephoneEventDeadline::end_timeout};
}

}  // namespace parley::rtp
