#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/socket_address.hpp"

namespace parley {

/// The addresses that begin with the same bits (RFC 4632, RFC 4291 §2.3).
struct IpNetwork {
  IpAddress address;
  unsigned prefix_length = 0;  ///< bits

  /// `10.0.0.0/8`, `2001:db8::/32`, or an address, which is a network of one. nullopt for anything
  /// else, and for bits that are set behind the prefix.
  static std::optional<IpNetwork> parse(std::string_view text);
  /// A v4-mapped address is judged as the IPv4 one inside.
  bool contains(const IpAddress& other) const;
};

inline bool is_in_any(const IpAddress& address, std::span<const IpNetwork> networks) {
  return std::ranges::any_of(networks,
                             [&](const IpNetwork& network) { return network.contains(address); });
}

/// Whether the first `length` bits are the same.
bool share_prefix(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b,
                  unsigned length);

}  // namespace parley
