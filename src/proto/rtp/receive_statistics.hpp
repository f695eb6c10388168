#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "proto/rtp/sequence.hpp"
#include "wire/rtcp.hpp"
#include "wire/rtp.hpp"

namespace parley::rtp {

/// What a receiver tells about one source: RFC 3550 §6.4.1 by the algorithms of A.1, A.3 and A.8.
/// Packets are authenticated before they come here, so the probation of A.1 is left out; a jump of
/// the sequence restarts the count once a second packet follows it.
class ReceiveStatistics {
 public:
  ReceiveStatistics(wire::Ssrc source, std::uint32_t clock_rate)
      : source_(source), clock_rate_(clock_rate) {}

  void packet_received(const Now& now, const wire::RtpHeader& header);
  /// A sender report of this source came: the next blocks refer to it.
  void sender_report_received(const Now& now, std::uint64_t ntp);

  /// The block to send now; its fraction covers the time since the block before. nullopt before the
  /// first packet.
  std::optional<wire::ReportBlock> take_report_block(const Now& now);

  std::uint64_t received() const { return received_; }
  /// Expected minus received; duplicates make it smaller, even negative.
  std::int64_t cumulative_lost() const { return expected() - static_cast<std::int64_t>(received_); }
  /// Interarrival jitter in timestamp units.
  std::uint32_t jitter() const { return static_cast<std::uint32_t>(jitter_q4_ >> 4); }

 private:
  void restart(wire::SequenceNumber sequence);
  bool follow_sequence(wire::SequenceNumber sequence);
  void measure_jitter(const Now& now, wire::RtpTimestamp timestamp);
  std::int64_t expected() const { return started_ ? highest_ - base_ + 1 : 0; }

  wire::Ssrc source_;
  std::uint32_t clock_rate_;
  bool started_ = false;
  std::int64_t base_ = 0;     ///< the first sequence number, unwrapped
  std::int64_t highest_ = 0;  ///< unwrapped from the first one's cycle 0
  std::uint64_t received_ = 0;
  std::optional<wire::SequenceNumber> after_jump_;  ///< what would confirm a restart

  std::optional<std::uint32_t> transit_;
  std::int64_t jitter_q4_ = 0;  ///< times 16, as A.8 keeps it

  std::int64_t expected_prior_ = 0;
  std::uint64_t received_prior_ = 0;

  std::uint32_t last_sr_ = 0;
  Instant last_sr_at_{};
};

}  // namespace parley::rtp
