#include "base/uuid.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace parley {

Uuid Uuid::random(Random& random) {
  Uuid uuid;
  random.fill(uuid.bytes);
  uuid.bytes[6] =
      static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x40);  // version 4, RFC 9562 §5.4
  uuid.bytes[8] =
      static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);  // variant, RFC 9562 §4.1
  return uuid;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  std::string digits;
  if (text.size() == 36) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool dash_here = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash_here != (text[i] == '-')) return std::nullopt;
      if (!dash_here) digits += text[i];
    }
  } else if (text.size() == 32) {
    digits = text;
  }
  const auto bytes = from_hex(digits);
  if (!bytes || bytes->size() != 16) return std::nullopt;
  Uuid uuid;
  std::copy(bytes->begin(), bytes->end(), uuid.bytes.begin());
  return uuid;
}

std::string Uuid::text() const {
  std::string text = to_hex(bytes);
  for (const std::size_t position : {8u, 13u, 18u, 23u}) text.insert(position, 1, '-');
  return text;
}

}  // namespace parley
