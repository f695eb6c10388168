#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "proto/rtp/packet_queue.hpp"
#include "proto/rtp/playout_delay.hpp"
#include "wire/rtp.hpp"

namespace parley::rtp {

struct JitterBufferOptions {
  std::uint32_t clock_rate = 48'000;  ///< RTP timestamp units a second
  PlayoutDelayOptions delay{};
  /// Missing audio in a row that is worth concealing; silence after that.
  Duration max_concealment = std::chrono::milliseconds(100);
  /// Packets that are late for this long, none on time between them: the sender is elsewhere,
  /// follow.
  Duration late_resync = std::chrono::milliseconds(80);
  /// Packets further than this from the playout point belong to another timeline.
  Duration max_span = std::chrono::seconds(1);
  std::size_t max_packets = 100;  ///< beyond, the oldest is dropped
  std::size_t max_payload = 1500;
};

/// One received packet of the stream; the payload is copied.
struct AudioPacket {
  wire::RtpHeader header{};
  /// The sender's level extension (RFC 6464) says silence: a good place to shorten.
  bool quiet = false;
  ByteView payload{};
};

/// An encoded frame. Views stay valid until the buffer's next insert or pop.
struct Frame {
  wire::PayloadType payload_type;
  bool marker = false;
  wire::RtpTimestamp timestamp;
  ByteView payload;
};

enum class MissingReason {
  lost,      ///< a later packet shows that this one existed
  late,      ///< nothing is there to play; it may still be on its way
  stretched  ///< nothing is lost, time is added: conceal without FEC
};

/// A frame to conceal. When `next_payload` is there, it is the encoded frame right after this one,
/// whose in-band FEC may hold it; the next pop hands that frame out itself.
struct Missing {
  MissingReason reason = MissingReason::lost;
  std::optional<ByteView> next_payload;
};

/// Silence, not concealment: nothing was sent (before the start, a DTX gap, or an end).
struct Empty {};

using PopResult = std::variant<Empty, Frame, Missing>;

struct JitterBufferStats {
  std::uint64_t received = 0;
  std::uint64_t played = 0;
  std::uint64_t concealed = 0;   ///< frames missing at their time, stretches apart
  std::uint64_t repairable = 0;  ///< of those, with the next frame and its FEC at hand
  std::uint64_t late = 0;        ///< packets dropped because their time was over
  std::uint64_t duplicates = 0;  ///< packets dropped because they were here before
  std::uint64_t overflows = 0;   ///< packets dropped, the oldest first, because the buffer was full
  std::uint64_t malformed = 0;   ///< no payload, or more than `max_payload`
  std::uint64_t strangers =
      0;                      ///< packets of another timeline, a restarted sender's first included
  std::uint64_t resyncs = 0;  ///< the sender restarted or jumped
  std::uint64_t flushed = 0;  ///< packets of the old timeline that a resync dropped
  std::uint64_t accelerated = 0;  ///< frames skipped to give delay back
  std::uint64_t stretched = 0;    ///< frames added to gain delay
};

/// Puts the packets of one audio sender back in order and in time. The consumer's own clock drives
/// it: each `pop` plays the next frame, so two clocks meet here, and `PlayoutDelay` absorbs their
/// drift.
class JitterBuffer {
 public:
  explicit JitterBuffer(const JitterBufferOptions& options = {});

  /// Takes one packet, whatever its order.
  void insert(const Now& now, const AudioPacket& packet);

  /// The next frame. `samples` (at least 1) is how far the consumer wants to go on, in RTP
  /// timestamp units: the length of the frame before, 960 for 20 ms of Opus until one is known. Pop
  /// again when that frame is played out. A shorter frame than asked for moves the playout point by
  /// its own length.
  PopResult pop(const Now& now, std::uint32_t samples);

  Duration target_delay() const { return delay_.target(); }
  std::size_t size() const { return queue_.size(); }
  const JitterBufferStats& stats() const { return stats_; }

 private:
  enum class State { waiting, buffering, playing };

  bool belongs(const AudioPacket& packet) const;
  bool confirms_stranger(const AudioPacket& packet) const;
  void keep_stranger(const AudioPacket& packet);
  void resync(const Now& now, const AudioPacket& packet);
  void start_timeline(const Now& now, const AudioPacket& packet);
  void place(const Now& now, const AudioPacket& packet);
  void place_late(const Now& now, const AudioPacket& packet, std::int64_t timestamp);
  /// How long a packet that is here now waits for its playout.
  Duration wait_of(const Now& now, std::int64_t timestamp) const;
  void store(const Now& now, const AudioPacket& packet, std::int64_t timestamp);

  void tick(const Now& now, std::uint32_t samples);
  bool in_gap(std::uint32_t samples) const;
  bool lost_before_front() const;
  /// Skips what is too much; true when this pop is to be a stretched frame.
  bool correct_delay(std::uint32_t samples);
  void skip(std::int64_t samples, std::uint32_t frame);
  PopResult play_front(std::uint32_t samples);
  PopResult play_gap(const Now& now, std::uint32_t samples);
  PopResult conceal(Missing missing, std::uint32_t samples);

  const QueuedPacket& take_front();
  bool was_taken(wire::SequenceNumber sequence) const;
  Duration duration_of(std::int64_t samples) const;
  std::int64_t samples_in(Duration duration) const;

  JitterBufferOptions options_;
  PlayoutDelay delay_;
  PacketQueue queue_;
  State state_ = State::waiting;
  wire::Ssrc ssrc_;

  Instant start_at_{};          ///< playout begins at the first pop from here on
  std::int64_t playout_ = 0;    ///< the timestamp that the next pop plays
  Instant next_pop_{};          ///< when that pop is expected
  std::int64_t concealed_ = 0;  ///< samples concealed in a row

  std::optional<wire::SequenceNumber> last_taken_;
  std::uint64_t taken_mask_ = 0;  ///< bit i: sequence `last_taken_ - i` was taken

  /// A packet of another timeline, kept until a second one confirms it (as RFC 3550 A.1 does).
  std::optional<AudioPacket> stranger_;
  Bytes stranger_payload_;
  std::optional<Instant> late_since_;

  JitterBufferStats stats_;
};

}  // namespace parley::rtp
