#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "wire/rtp.hpp"

/// RTCP, RFC 3550 §6 and the feedback of RFC 4585 and RFC 5104.
namespace parley::wire {

/// RFC 3550 §6.4.1.
struct ReportBlock {
  Ssrc source;
  std::uint8_t fraction_lost = 0;         ///< in 1/256
  std::int32_t cumulative_lost = 0;       ///< 24 bits, signed
  std::uint32_t highest_sequence = 0;     ///< cycles in the upper half
  std::uint32_t jitter = 0;               ///< timestamp units
  std::uint32_t last_sr = 0;              ///< middle of the NTP time of the last SR; 0: none came
  std::uint32_t delay_since_last_sr = 0;  ///< in 1/65536 s

  friend bool operator==(const ReportBlock&, const ReportBlock&) = default;
};

struct SenderReport {
  Ssrc sender;
  std::uint64_t ntp = 0;
  RtpTimestamp timestamp;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
  std::vector<ReportBlock> blocks;  ///< at most 31

  friend bool operator==(const SenderReport&, const SenderReport&) = default;
};

struct ReceiverReport {
  Ssrc sender;
  std::vector<ReportBlock> blocks;  ///< at most 31

  friend bool operator==(const ReceiverReport&, const ReceiverReport&) = default;
};

/// SDES, §6.5; of the items only CNAME is kept.
struct SourceDescription {
  struct Chunk {
    Ssrc source;
    std::string cname;  ///< at most 255 bytes; empty when there was none

    friend bool operator==(const Chunk&, const Chunk&) = default;
  };
  std::vector<Chunk> chunks;  ///< at most 31

  friend bool operator==(const SourceDescription&, const SourceDescription&) = default;
};

struct Goodbye {
  std::vector<Ssrc> sources;  ///< at most 31
  std::string reason;         ///< at most 255 bytes

  friend bool operator==(const Goodbye&, const Goodbye&) = default;
};

/// RFC 4585 §6.2.1. `lost` is in the order of the packet, the bitmaps unfolded.
struct GenericNack {
  Ssrc sender;
  Ssrc media;
  std::vector<SequenceNumber> lost;

  friend bool operator==(const GenericNack&, const GenericNack&) = default;
};

/// PLI, RFC 4585 §6.3.1.
struct PictureLossIndication {
  Ssrc sender;
  Ssrc media;

  friend bool operator==(const PictureLossIndication&, const PictureLossIndication&) = default;
};

/// FIR, RFC 5104 §4.3.1.
struct FullIntraRequest {
  struct Entry {
    Ssrc media;
    std::uint8_t sequence = 0;  ///< changes with each new request

    friend bool operator==(const Entry&, const Entry&) = default;
  };
  Ssrc sender;
  std::vector<Entry> entries;

  friend bool operator==(const FullIntraRequest&, const FullIntraRequest&) = default;
};

/// Any other packet (APP, XR, REMB, transport-wide feedback), kept as it came, without its padding.
struct UnknownRtcp {
  std::uint8_t packet_type = 0;
  std::uint8_t format = 0;  ///< the five bits beside the version
  Bytes body;               ///< after the four bytes of the header; a multiple of four

  friend bool operator==(const UnknownRtcp&, const UnknownRtcp&) = default;
};

using RtcpPacket = std::variant<SenderReport, ReceiverReport, SourceDescription, Goodbye,
                                GenericNack, PictureLossIndication, FullIntraRequest, UnknownRtcp>;

/// Of reports, chunks and sources in one packet: a count of five bits.
inline constexpr std::size_t kMaxRtcpCount = 31;
/// RFC 3550 §6.5: a length of eight bits.
inline constexpr std::size_t kMaxRtcpText = 255;
/// Larger datagrams are refused; with the unfolded bitmaps it bounds what a NACK may cost.
inline constexpr std::size_t kMaxRtcpSize = 2048;

/// Whether a datagram must begin with a report (RFC 3550 A.2), or may hold feedback alone (RFC 5506
/// §3.4).
enum class RtcpForm : std::uint8_t { compound, reduced_size };

/// All packets of a datagram, after decryption. nullopt unless every length fits, versions are 2,
/// padding stands only in the last packet, and every packet that we know is well formed.
std::optional<std::vector<RtcpPacket>> parse_rtcp(ByteView datagram,
                                                  RtcpForm form = RtcpForm::reduced_size);

/// The packets one after another. Counts and texts must be within the limits above.
Bytes write_rtcp(std::span<const RtcpPacket> packets);

/// NTP time (RFC 3550 §4): seconds since 1900 in the upper half, their fraction in the lower.
std::uint64_t to_ntp(UtcTime time);
/// The middle 32 bits, as LSR and DLSR count: 1/65536 s.
constexpr std::uint32_t ntp_middle(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16);
}
/// A delay in 1/65536 s for DLSR; saturates at 0 and at 18 hours.
std::uint32_t to_ntp_delay(Duration delay);

/// RFC 3550 §6.4.1: arrival minus LSR minus DLSR. nullopt when no SR was answered, or when the
/// three disagree (more than half the wrap, which a peer that lies can cause).
std::optional<Duration> round_trip_time(const ReportBlock& block, UtcTime arrival);

}  // namespace parley::wire
