#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

#include "base/random.hpp"
#include "base/time.hpp"
#include "wire/rtp.hpp"

namespace parley::media {

/// Where a forwarded packet stands in a slot's stream.
struct VideoPlace {
  wire::SequenceNumber sequence;
  wire::RtpTimestamp timestamp;

  friend bool operator==(const VideoPlace&, const VideoPlace&) = default;
};

/// One stream of H.264 (one SSRC) made of whatever sources a receive track is bound to, one after
/// the other. A source's own spacing is kept, so that what it lost is missing here too and the
/// receiver asks for what it needs; padding without a payload is left out without a gap. A new
/// source begins with a key frame, right behind the last number and as much later as it came.
class VideoSlot {
 public:
  /// Of RTP timestamps (RFC 6184 §8.2.1).
  static constexpr std::uint32_t kClockRate = 90'000;
  /// A packet that comes so many numbers late still finds its place; also the largest gap. A source
  /// that jumps further begins anew. The same as the replay window's (RFC 3711 §3.3.2).
  static constexpr int kReorderWindow = 512;

  /// The stream starts at a random time, and at a number in the lower half: RFC 3711 §3.3.1 has
  /// the receiver guess the rollover counter, and a start right before a wrap misleads it.
  explicit VideoSlot(Random& random);

  /// From now on it shows another source, or the same one from its next key frame on.
  void switch_source();
  /// nullopt: not to be sent. It comes from before the key frame, twice, too late, or is padding.
  std::optional<VideoPlace> place(const Now& now, const wire::RtpHeader& header, ByteView payload);
  /// Nothing is forwarded until a key frame begins.
  bool waits_for_key_frame() const { return !source_; }

 private:
  struct Source {
    wire::Ssrc ssrc;
    wire::SequenceNumber newest;  ///< its own number
    /// Bit i: the packet i numbers before the newest needs no place any more.
    std::bitset<kReorderWindow> done;
    std::uint16_t sequence_shift = 0;  ///< from its numbers to ours
    std::uint32_t time_shift = 0;
  };

  bool continues(const wire::RtpHeader& header) const;
  void begin(const Now& now, const wire::RtpHeader& header);
  VideoPlace place_newest(const Now& now, const wire::RtpHeader& header);
  void leave_out_newest();
  VideoPlace shifted(const wire::RtpHeader& header) const;
  wire::RtpTimestamp time_after_newest(Instant now) const;

  std::optional<Source> source_;
  wire::SequenceNumber newest_sequence_;  ///< sent, or the one before the first
  wire::RtpTimestamp newest_timestamp_;
  std::optional<Instant> newest_at_;  ///< when that was; nullopt: nothing was sent yet
};

}  // namespace parley::media
