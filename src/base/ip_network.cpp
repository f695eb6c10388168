#include "base/ip_network.hpp"

#include <charconv>

namespace parley {
namespace {

std::optional<unsigned> parse_length(std::string_view text, unsigned most) {
  unsigned length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc{} || end != text.data() + text.size() || length > most)
    return std::nullopt;
  return length;
}

bool has_bits_behind(const IpAddress& address, unsigned length) {
  for (unsigned bit = length; bit < 8 * address.bytes.size(); ++bit)
    if ((address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) return true;
  return false;
}

}  // namespace

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned whole = address->family == IpFamily::v4 ? 32 : 128;
  const auto length =
      slash == text.npos ? std::optional(whole) : parse_length(text.substr(slash + 1), whole);
  if (!length || has_bits_behind(*address, *length)) return std::nullopt;
  const IpAddress plain = address->unmapped();
  if (plain.family == address->family) return IpNetwork{*address, *length};
  // Of v4-mapped addresses, which `contains` takes for IPv4.
  constexpr unsigned kMappedPrefix = 96;
  if (*length < kMappedPrefix) return std::nullopt;
  return IpNetwork{plain, *length - kMappedPrefix};
}

bool IpNetwork::contains(const IpAddress& other) const {
  const IpAddress plain = other.unmapped();
  return plain.family == address.family && share_prefix(plain.bytes, address.bytes, prefix_length);
}

bool share_prefix(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b,
                  unsigned length) {
  const std::size_t whole = length / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin()))
    return false;
  const unsigned rest = length % 8;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

}  // namespace parley
