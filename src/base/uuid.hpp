#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"

namespace parley {

/// A UUID, RFC 9562. Printed dashed and lower case; parsed dashed or not, in any case, because
/// Graph's own requests mix the forms.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// Version 4, from the given randomness.
  static Uuid random(Random& random);
  /// Version 7: the moment's milliseconds, then 74 random bits. For the keys of rows that are made
  /// all the time: those of one moment lie together in the store's trees.
  static Uuid ordered(UtcTime now, Random& random);
  /// The least that `ordered` makes at that moment.
  static Uuid least_of(UtcTime moment);
  static std::optional<Uuid> parse(std::string_view text);
  std::string text() const;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

}  // namespace parley

template <>
struct std::hash<parley::Uuid> {
  std::size_t operator()(const parley::Uuid& uuid) const {
    std::uint64_t low = 0;
    for (std::size_t i = 8; i < 16; ++i) low = low << 8 | uuid.bytes[i];
    std::uint64_t high = 0;
    for (std::size_t i = 0; i < 8; ++i) high = high << 8 | uuid.bytes[i];
    return low ^ (high * 0x9E3779B97F4A7C15u);
  }
};
