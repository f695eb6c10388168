#include "base/uuid.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace parley {

namespace {

constexpr std::size_t kMoment = 6;  ///< bytes of the time, RFC 9562 §5.7

/// RFC 9562 §4.1 and §4.2.
void mark(Uuid& uuid, std::uint8_t version) {
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | version << 4);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
}

}  // namespace

Uuid Uuid::random(Random& random) {
  Uuid uuid;
  random.fill(uuid.bytes);
  mark(uuid, 4);
  return uuid;
}

Uuid Uuid::ordered(UtcTime now, Random& random) {
  Uuid uuid = least_of(now);
  random.fill(MutableByteView(uuid.bytes).subspan(kMoment));
  mark(uuid, 7);
  return uuid;
}

Uuid Uuid::least_of(UtcTime moment) {
  Uuid uuid;
  auto milliseconds = static_cast<std::uint64_t>(moment.time_since_epoch().count());
  for (std::size_t at = kMoment; at-- > 0; milliseconds >>= 8)
    uuid.bytes[at] = static_cast<std::uint8_t>(milliseconds);
  mark(uuid, 7);
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
