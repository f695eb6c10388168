#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace parley::wire {

/// What shares one UDP port. `unknown` covers the ranges we don't speak (ZRTP, TURN channels) and
/// an empty datagram: dropped and counted.
enum class DatagramKind : std::uint8_t { stun, dtls, rtp, rtcp, unknown };

/// Tells the kinds apart by the first byte (RFC 7983 §7), and RTCP from RTP by the second one:
/// packet types 192 to 223 (RFC 5761 §4). Looks at nothing else, so the parsers must still check.
constexpr DatagramKind demux(ByteView datagram) {
  if (datagram.empty()) return DatagramKind::unknown;
  const std::uint8_t first = datagram[0];
  if (first <= 3) return DatagramKind::stun;
  if (first >= 20 && first <= 63) return DatagramKind::dtls;
  if (first < 128 || first > 191 || datagram.size() < 2) return DatagramKind::unknown;
  return datagram[1] >= 192 && datagram[1] <= 223 ? DatagramKind::rtcp : DatagramKind::rtp;
}

}  // namespace parley::wire
