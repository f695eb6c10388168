#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace parley {

enum class IpFamily : std::uint8_t { v4, v6 };
enum class Transport : std::uint8_t { udp, tcp };

/// An IPv4 or IPv6 address. IPv4 uses the first four bytes. A v4-mapped IPv6 address stays IPv6;
/// `unmapped()` gives the IPv4 one inside.
struct IpAddress {
  IpFamily family = IpFamily::v4;
  std::array<std::uint8_t, 16> bytes{};

  static IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d);
  /// Dotted quad, or RFC 4291 text without a zone. nullopt for anything else, octal forms included.
  static std::optional<IpAddress> parse(std::string_view text);
  /// RFC 5952 text.
  std::string text() const;
  IpAddress unmapped() const;
  /// The bytes on the wire: 4 or 16.
  ByteView octets() const;
  bool is_loopback() const;
  bool is_unspecified() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

struct SocketAddress {
  IpAddress ip;
  std::uint16_t port = 0;

  /// `127.0.0.1:80` or `[::1]:80`.
  static std::optional<SocketAddress> parse(std::string_view text);
  std::string text() const;

  friend auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

}  // namespace parley

template <>
struct std::hash<parley::SocketAddress> {
  std::size_t operator()(const parley::SocketAddress& address) const {
    std::uint64_t mixed = address.port + (static_cast<std::uint64_t>(address.ip.family) << 16);
    for (const std::uint8_t byte : address.ip.bytes) mixed = (mixed ^ byte) * 0x100000001B3u;
    return mixed;
  }
};
