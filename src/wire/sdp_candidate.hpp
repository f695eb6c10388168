#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/socket_address.hpp"

namespace parley::wire {

/// RFC 8445 §5.1.1.
enum class CandidateType : std::uint8_t { host, srflx, prflx, relay };
/// RFC 6544 §4.5.
enum class TcpType : std::uint8_t { active, passive, simultaneous_open };

/// An ICE candidate, RFC 8839 §5.1. Extensions that we don't name (generation, network-cost) are
/// skipped.
struct SdpCandidate {
  std::string foundation;       ///< 1 to 32 ice-chars
  std::uint16_t component = 1;  ///< 1 to 256
  Transport transport = Transport::udp;
  std::uint32_t priority = 0;
  std::string address;  ///< an IP address, or a name (an mDNS one: `….local`), as text
  std::uint16_t port = 0;
  CandidateType type = CandidateType::host;
  std::optional<TcpType> tcp_type;
  std::string related_address;  ///< raddr; empty when not told
  std::uint16_t related_port = 0;

  /// nullopt when the address is a name.
  std::optional<SocketAddress> socket_address() const;
  friend bool operator==(const SdpCandidate&, const SdpCandidate&) = default;
};

/// `unsupported` is a well-formed candidate of a transport or type that we don't know: to be
/// ignored (RFC 8839 §5.1).
enum class CandidateError : std::uint8_t { malformed, unsupported };

/// Longest address or name (RFC 1035 §2.3.4).
inline constexpr std::size_t kMaxCandidateAddress = 255;

/// The value of a candidate attribute: what follows `a=candidate:`, or a browser's `candidate`
/// member (with `candidate:` before it).
Result<SdpCandidate, CandidateError> parse_candidate(std::string_view text);

/// Without `a=` and with `candidate:`, as browsers exchange it.
std::string write_candidate(const SdpCandidate& candidate);

}  // namespace parley::wire
