#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "base/deadline.hpp"
#include "base/time.hpp"
#include "wire/rtp.hpp"
#include "wire/telephone_event.hpp"

namespace parley::rtp {

struct TelephoneEventReceiverOptions {
  std::uint32_t clock_rate = 48'000;  ///< of the payload type, from its rtpmap
  /// An event whose end got lost is over when nothing came for this long.
  Duration end_timeout = std::chrono::milliseconds(500);
  /// A press that began this long before a newer one is a ghost, not a late packet.
  Duration max_age = std::chrono::seconds(5);
  /// How long, and how many, presses are remembered so that their late and repeated packets are
  /// known. A timestamp further off than this belongs to a restarted sender.
  Duration memory = std::chrono::seconds(60);
  std::size_t max_remembered = 32;
};

/// A key went down: told once, at the first packet that shows it.
struct ToneStarted {
  std::uint8_t event = 0;  ///< RFC 4733 §3.2
  wire::Ssrc ssrc;

  friend bool operator==(const ToneStarted&, const ToneStarted&) = default;
};

/// It went up: told once for each start, after it. A press whose packets the next press overtook is
/// told late, with its end right behind.
struct ToneEnded {
  std::uint8_t event = 0;
  wire::Ssrc ssrc;
  std::chrono::milliseconds
      duration{};  ///< as the sender counts it; a lower bound if the end got lost
  bool end_seen = false;

  friend bool operator==(const ToneEnded&, const ToneEnded&) = default;
};

using ToneEvent = std::variant<ToneStarted, ToneEnded>;

enum class TelephoneEventDeadline { end_timeout };

struct TelephoneEventReceiverStats {
  std::uint64_t packets = 0;
  std::uint64_t malformed = 0;
  std::uint64_t presses = 0;
  std::uint64_t repeated = 0;  ///< packets of presses that are over
  std::uint64_t ghosts = 0;    ///< packets too old to be a press
  std::uint64_t timeouts = 0;  ///< presses whose end never came
};

/// Turns RFC 4733 packets into key presses, each exactly once whatever the network lost, repeated
/// or reordered. A press is its source and the timestamp of its beginning; a long one goes on in
/// segments of 0xFFFF units (§2.5.1.3). Takes authenticated packets only.
class TelephoneEventReceiver {
 public:
  explicit TelephoneEventReceiver(const TelephoneEventReceiverOptions& options = {})
      : options_(options) {}

  void handle_input(const Now& now, const wire::RtpHeader& header, ByteView payload);
  void handle_timeout(const Now& now);
  std::optional<ToneEvent> poll_event();
  std::optional<Deadline<TelephoneEventDeadline>> next_deadline() const;

  const TelephoneEventReceiverStats& stats() const { return stats_; }

 private:
  /// A press that was told; the last segment of it.
  struct Press {
    wire::Ssrc ssrc;
    std::uint8_t event = 0;
    std::uint32_t segment_start = 0;
    std::int64_t earlier_segments = 0;  ///< timestamp units before `segment_start`
    std::uint16_t duration = 0;         ///< of the last segment, the largest seen
    bool down = true;
    bool end_seen = false;
    Instant last_packet{};
  };

  Press* find(const wire::RtpHeader& header, const wire::TelephoneEvent& event);
  bool is_of(const Press& press, std::uint32_t timestamp, std::uint8_t event) const;
  void update(const Now& now, Press& press, std::uint32_t timestamp,
              const wire::TelephoneEvent& event);
  /// Ends what the new press replaces. nullopt: it is a ghost; else whether a newer press overtook
  /// it.
  std::optional<bool> make_way(const wire::RtpHeader& header);
  void begin(const Now& now, const wire::RtpHeader& header, const wire::TelephoneEvent& event);
  void end(Press& press, bool end_seen);
  std::int64_t units_in(Duration duration) const;

  TelephoneEventReceiverOptions options_;
  std::deque<Press> presses_;  ///< in the order they were told
  std::deque<ToneEvent> events_;
  TelephoneEventReceiverStats stats_;
};

}  // namespace parley::rtp
