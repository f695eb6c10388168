#include "media/tone_collector.hpp"

#include <algorithm>

namespace parley::media {

void ToneCollector::handle_packet(const KeyPacket& packet) {
  const auto key = key_of_event(packet.event.event);
  if (!key) return;
  if (last_packet_) {
    const auto ahead = static_cast<std::int32_t>(packet.timestamp - last_packet_->timestamp);
    if (ahead < 0) return;  // a late packet of a key that was told
    if (ahead == 0) {
      wire::TelephoneEvent& event = last_packet_->event;
      event.end |= packet.event.end;
      event.duration = std::max(event.duration, packet.event.duration);
      return;
    }
  }
  const bool held = continues(packet);
  last_packet_ = packet;
  if (!held) handle_key(*key);
}

// RFC 4733 §2.5.1.3: a key held longer than a 16-bit duration goes on in a new segment, which
// begins where the last one, without an end, stopped, and has no marker.
bool ToneCollector::continues(const KeyPacket& packet) const {
  if (!last_packet_ || last_packet_->event.end || packet.marker) return false;
  const std::uint32_t ahead = packet.timestamp - last_packet_->timestamp;
  return packet.event.event == last_packet_->event.event && ahead >= last_packet_->event.duration &&
         ahead <= 0xFFFF;
}

void ToneCollector::handle_key(Key key) {
  last_keys_.push(key);
  if (events_.size() == kMaxWaiting) events_.pop_front();
  events_.push_back({++told_, key});
}

std::optional<ToneEvent> ToneCollector::poll_event() {
  if (events_.empty()) return std::nullopt;
  const ToneEvent event = events_.front();
  events_.pop_front();
  return event;
}

}  // namespace parley::media
