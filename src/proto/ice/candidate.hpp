#pragma once

#include <algorithm>
#include <cstdint>

#include "base/socket_address.hpp"

namespace parley::ice {

// RFC 8445 §5.1.2.2: recommended type preferences.
inline constexpr std::uint32_t kHostPreference = 126;
inline constexpr std::uint32_t kPeerReflexivePreference = 110;

/// RFC 8445 §5.1.2.1 for component 1 (RTP and RTCP are multiplexed). `type_preference` 0 to 126;
/// among the addresses of one host the first has the highest `local_preference`.
constexpr std::uint32_t candidate_priority(std::uint32_t type_preference,
                                           std::uint16_t local_preference) {
  return type_preference << 24 | std::uint32_t{local_preference} << 8 | 255u;
}

/// RFC 8445 §6.1.2.3.
constexpr std::uint64_t pair_priority(std::uint32_t controlling, std::uint32_t controlled) {
  const std::uint64_t low = std::min(controlling, controlled);
  const std::uint64_t high = std::max(controlling, controlled);
  return (low << 32) + 2 * high + (controlling > controlled ? 1 : 0);
}

/// A UDP candidate of the peer, from its SDP.
struct RemoteCandidate {
  SocketAddress address;
  std::uint32_t priority = 0;
};

}  // namespace parley::ice
