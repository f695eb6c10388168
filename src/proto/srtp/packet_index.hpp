#pragma once

#include <cstdint>

namespace parley::srtp {

/// RFC 3711 §3.3.1: 32 bits of rollover counter, then the 16-bit sequence number.
constexpr std::uint64_t kMaxRtpIndex = (std::uint64_t{1} << 48) - 1;
/// RFC 3711 §3.4: 31 bits.
constexpr std::uint32_t kMaxRtcpIndex = 0x7FFFFFFF;

/// The index of the packet with this sequence number that is nearest to the highest index seen
/// (RFC 3711 appendix A), save that a rollover counter of 0 has none before it. May pass
/// kMaxRtpIndex.
constexpr std::uint64_t estimate_rtp_index(std::uint64_t highest, std::uint16_t sequence) {
  const std::uint64_t last = highest & 0xFFFF;
  std::uint64_t rollovers = highest >> 16;
  if (last < 0x8000) {
    if (sequence > last + 0x8000 && rollovers > 0) --rollovers;
  } else if (sequence < last - 0x8000) {
    ++rollovers;
  }
  return rollovers << 16 | sequence;
}

}  // namespace parley::srtp
