#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/strong.hpp"

/// RTP packets, RFC 3550 §5.1. Views into a datagram, and writers into one; nothing here allocates.
namespace parley::wire {

/// A synchronization source.
using Ssrc = Strong<struct SsrcTag, std::uint32_t>;
/// 0 to 127.
using PayloadType = Strong<struct PayloadTypeTag, std::uint8_t>;
/// 16 bits on the wire; wraps.
using SequenceNumber = Strong<struct SequenceNumberTag, std::uint16_t>;
/// In units of the payload's clock rate; wraps.
using RtpTimestamp = Strong<struct RtpTimestampTag, std::uint32_t>;

inline constexpr std::size_t kRtpHeaderSize = 12;

/// How far `to` lies after `from`, -32768 to 32767, across the wrap (RFC 1982).
constexpr std::int16_t distance(SequenceNumber from, SequenceNumber to) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(to.value - from.value));
}
/// In timestamp units, across the wrap.
constexpr std::int32_t distance(RtpTimestamp from, RtpTimestamp to) {
  return static_cast<std::int32_t>(to.value - from.value);
}
constexpr SequenceNumber next(SequenceNumber sequence) {
  return {static_cast<std::uint16_t>(sequence.value + 1)};
}

/// The fields that a sender chooses.
struct RtpHeader {
  bool marker = false;
  PayloadType payload_type;
  SequenceNumber sequence;
  RtpTimestamp timestamp;
  Ssrc ssrc;

  friend bool operator==(const RtpHeader&, const RtpHeader&) = default;
};

/// The header extension as it stands: `profile` tells its form (RFC 8285 §4), `data` is the
/// elements, a multiple of four bytes. See `rtp_extension.hpp`.
struct RtpExtensionBlock {
  std::uint16_t profile = 0;
  ByteView data;
};

/// A parsed packet, looking into its datagram.
struct RtpPacket {
  RtpHeader header;
  ByteView csrcs;  ///< four bytes each, at most 15
  std::optional<RtpExtensionBlock> extension;
  std::size_t header_size = 0;  ///< fixed header, contributing sources and extension
  ByteView payload;             ///< after the header, before the padding
  std::size_t padding = 0;      ///< bytes after the payload, their count byte included
};

/// Only the header of a packet that may still be encrypted: SRTP leaves the header in the clear,
/// but the count of the padding is not. `payload` is everything after the header. nullopt when the
/// version is not 2 or a part of the header passes the end.
std::optional<RtpPacket> parse_rtp_header(ByteView datagram);

/// A whole plain packet, padding checked (RFC 3550 A.1).
std::optional<RtpPacket> parse_rtp(ByteView datagram);

/// Writes a header without contributing sources or padding into the front of `out`. The extension's
/// data must be a multiple of four bytes. Gives the header's size, or 0 when `out` is too small.
std::size_t write_rtp_header(MutableByteView out, const RtpHeader& header,
                             const std::optional<RtpExtensionBlock>& extension = std::nullopt);

/// Overwrites the sender's fields of the packet in place, for forwarding; sources, extension,
/// payload and padding stay. The datagram must be one that `parse_rtp_header` accepted.
void rewrite_rtp_header(MutableByteView datagram, const RtpHeader& header);

}  // namespace parley::wire
