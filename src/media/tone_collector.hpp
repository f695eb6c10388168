#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "media/keys.hpp"
#include "wire/telephone_event.hpp"

namespace parley::media {

/// One telephone-event packet: its payload, and what its RTP header adds (RFC 4733 §2.2).
struct KeyPacket {
  wire::TelephoneEvent event;
  bool marker = false;
  std::uint32_t timestamp = 0;  ///< of the key's start: the same in each of its packets
};

/// A key to tell. `sequence` counts from 1 per leg: Graph's `toneInfo.sequenceId`.
struct ToneEvent {
  std::int64_t sequence = 0;
  Key key = Key::digit0;

  friend bool operator==(const ToneEvent&, const ToneEvent&) = default;
};

/// Makes one told key of a key's many packets: it is told at the first of them, whichever that is,
/// and once, however many are repeated, lost or late. Keys never reach a log from here.
class ToneCollector {
 public:
  /// More untold keys than this are dropped, the oldest first; they keep their numbers.
  static constexpr std::size_t kMaxWaiting = 256;

  void handle_packet(const KeyPacket& packet);
  /// A key that came another way (a client's message, in-band detection), already told apart.
  void handle_key(Key key);
  std::optional<ToneEvent> poll_event();
  /// The last keys pressed, four at most.
  const KeySequence& last_keys() const { return last_keys_; }

 private:
  bool continues(const KeyPacket& packet) const;

  std::optional<KeyPacket> last_packet_;
  KeySequence last_keys_;
  std::int64_t told_ = 0;
  std::deque<ToneEvent> events_;
};

}  // namespace parley::media
