#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "wire/rtp.hpp"
#include "wire/telephone_event.hpp"

namespace parley::rtp {

struct TelephoneEventSenderOptions {
  std::uint32_t clock_rate = 48'000;  ///< of the payload type, from its rtpmap
  std::uint32_t tick_samples = 960;   ///< timestamp units between two calls of `tick`
  std::uint8_t volume = 10;           ///< -dBm0
  /// A press is at least the shorter (Q.24 wants 40 ms) and at most the longer of these.
  std::chrono::milliseconds min_press{40};
  std::chrono::milliseconds max_press{10'000};
  /// Silence after a press, at least.
  std::chrono::milliseconds gap{60};
  std::size_t max_queue = 128;
};

/// What one tick sends: the sequence number and SSRC are the stream's own.
struct TelephoneEventPacket {
  bool marker = false;
  wire::RtpTimestamp timestamp;
  std::array<std::uint8_t, wire::kTelephoneEventSize> payload{};
};

/// Sends key presses as RFC 4733 packets on the stream's media clock: a marked first packet, an
/// update every tick, the end three times (§2.5.1.4). Passive: whoever ticks the stream asks for
/// its packet.
class TelephoneEventSender {
 public:
  explicit TelephoneEventSender(const TelephoneEventSenderOptions& options = {})
      : options_(options) {}

  /// Queues a press of `event` (0 to 16) with a pause after it. False when the queue is full.
  bool press(std::uint8_t event, std::chrono::milliseconds length,
             std::chrono::milliseconds pause = {});

  /// The packet of this tick, if any; `now` is the media clock. Call every `tick_samples`.
  std::optional<TelephoneEventPacket> tick(wire::RtpTimestamp now);

  /// Whether a press or its pause is under way or waits; audio is held back while `tick` gives
  /// packets.
  bool idle() const { return queue_.empty(); }

 private:
  struct Press {
    std::uint8_t event = 0;
    std::uint32_t length = 0;  ///< timestamp units
    std::uint32_t pause = 0;   ///< after the end, timestamp units
  };
  enum class State { waiting, pressed, ending, pausing };

  std::uint32_t units(std::chrono::milliseconds duration) const;
  std::optional<TelephoneEventPacket> begin(wire::RtpTimestamp now);
  TelephoneEventPacket go_on(wire::RtpTimestamp now, bool marker);
  TelephoneEventPacket repeat_end();
  void rest(wire::RtpTimestamp now);
  TelephoneEventPacket packet(bool marker, bool end, std::uint32_t duration) const;

  TelephoneEventSenderOptions options_;
  std::deque<Press> queue_;  ///< the front one is under way unless `waiting`
  State state_ = State::waiting;
  std::uint32_t segment_start_ = 0;
  std::uint32_t earlier_segments_ = 0;  ///< timestamp units
  std::uint32_t last_duration_ = 0;     ///< of the segment that ended
  int ends_left_ = 0;
  std::uint32_t pause_until_ = 0;
};

}  // namespace parley::rtp
