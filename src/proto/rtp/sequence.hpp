#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace parley::rtp {

/// How far `value` lies after `reference` on the circle of their type, in [-half, half). RFC 1982
/// leaves the exact opposite undefined; here it counts as behind.
template <std::unsigned_integral Wire>
constexpr std::make_signed_t<Wire> signed_distance(Wire value, Wire reference) {
  return static_cast<std::make_signed_t<Wire>>(static_cast<Wire>(value - reference));
}

/// The 64-bit number nearest to `reference` whose low bits are `value`.
template <std::unsigned_integral Wire>
constexpr std::int64_t unwrap_near(Wire value, std::int64_t reference) {
  return reference + signed_distance(value, static_cast<Wire>(reference));
}

}  // namespace parley::rtp
