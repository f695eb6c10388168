#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace parley::rtp {

/// How far `value` lies after `reference` on the circle of their type, in [-half, half). RFC 1982
/// leaves the exact opposite undefined; here it counts as behind.
template <std::unsigned_integral Wire>
constexpr std::make_signed_t<Wire> signed_distance(Wire value, Wire reference) {
  return static_cast<std::make_signed_t<Wire>>(static_cast<Wire>(value - reference));
}

/// Whether `value` comes after `reference`, across a wrap too.
template <std::unsigned_integral Wire>
constexpr bool is_newer(Wire value, Wire reference) {
  return signed_distance(value, reference) > 0;
}

/// The 64-bit number nearest to `reference` whose low bits are `value`.
template <std::unsigned_integral Wire>
constexpr std::int64_t unwrap_near(Wire value, std::int64_t reference) {
  return reference + signed_distance(value, static_cast<Wire>(reference));
}

/// Turns wire numbers that wrap (16-bit sequences, 32-bit timestamps) into 64-bit ones that don't.
/// Follows the newest number seen, so a reordered one unwraps to a smaller result, even a negative
/// one before the first.
template <std::unsigned_integral Wire>
class Unwrapper {
 public:
  std::int64_t unwrap(Wire value) {
    const std::int64_t unwrapped = newest_ ? unwrap_near(value, *newest_) : value;
    if (!newest_ || unwrapped > *newest_) newest_ = unwrapped;
    return unwrapped;
  }
  void reset() { newest_.reset(); }

 private:
  std::optional<std::int64_t> newest_;
};

using SequenceUnwrapper = Unwrapper<std::uint16_t>;
using TimestampUnwrapper = Unwrapper<std::uint32_t>;

}  // namespace parley::rtp
