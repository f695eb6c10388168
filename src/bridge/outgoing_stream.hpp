#pragma once

#include <cstdint>
#include <optional>

#include "base/random.hpp"
#include "bridge/media_clock.hpp"
#include "wire/rtp.hpp"

namespace parley::bridge {

/// Where a packet stands in the stream that a leg sends.
struct StreamPlace {
  wire::RtpTimestamp timestamp;
  bool marker = false;
  /// Its sequence number, counted from the newest sent before it: 1 is the next; more leaves out
  /// what the source lost, less than 0 fills such a hole.
  std::int16_t sequence_step = 1;
};

/// Makes one RTP stream (one SSRC) of all that a leg sends: our own frames stand at the media
/// clock, a forwarded source keeps its own spacing from where it began. Our frames follow right
/// behind a source that is running, whatever its clock made of the time meanwhile. Time never goes
/// back at a change between them, and the first packet after a change or a gap is marked (RFC 3551
/// §4.1).
class OutgoingStream {
 public:
  /// A source that jumps by more than this, in sequence numbers or in time, begins anew.
  static constexpr std::int32_t kMaxSequenceJump = 512;
  static constexpr std::uint32_t kMaxJumpSeconds = 10;
  /// A source without a packet for longer than this, in samples of the media clock, has paused.
  static constexpr std::int64_t kPause = MediaClock::kRate / 10;

  /// RTP time starts at a random value (RFC 3550 §5.1).
  OutgoingStream(Random& random, std::uint32_t clock_rate);

  /// A frame of 20 ms of ours, at `clock` samples of the media clock.
  StreamPlace place_own(std::int64_t clock);
  /// A packet of another leg's at the same clock rate; nullopt for one from before its source began
  /// here, which must not be sent.
  std::optional<StreamPlace> place_forwarded(std::int64_t clock, const wire::RtpHeader& header);
  /// The next forwarded packet begins anew: what was left out before it was not lost.
  void forget_source() { source_.reset(); }

  /// From now on the media clock is another, which shows so many samples more. Time on the wire
  /// goes on as it went; a forwarded source is forgotten.
  void change_clock(std::int64_t samples_ahead);

  std::uint32_t clock_rate() const { return clock_rate_; }

 private:
  struct Source {
    wire::Ssrc ssrc;
    wire::SequenceNumber newest_sequence;
    std::int64_t since_first = 0;  ///< of the newest sequence number
    wire::RtpTimestamp newest_in;
    std::int64_t newest_out = 0;
    std::int64_t last_clock = 0;  ///< when its last packet was sent
  };

  std::int64_t time_at(std::int64_t clock) const;
  /// The media clock's time, or right behind what was sent if that is later.
  std::int64_t catch_up(std::int64_t clock);
  bool continues(const wire::RtpHeader& header) const;
  wire::RtpTimestamp on_wire(std::int64_t time) const;
  std::int64_t frame() const { return clock_rate_ / 50; }

  std::uint32_t clock_rate_;
  std::uint32_t offset_;    // of the time on the wire
  std::int64_t ahead_ = 0;  // of the media clock: a forwarded source's clock is another
  std::int64_t end_ = -1;   // of what was sent; -1: nothing yet
  std::optional<Source> source_;
};

}  // namespace parley::bridge
