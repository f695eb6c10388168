#include "base/socket_address.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace parley {
namespace {

std::optional<std::uint32_t> number(std::string_view text, int base, std::uint32_t max) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

std::optional<IpAddress> parse_v4(std::string_view text) {
  IpAddress address;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view part = text.substr(0, dot);
    if (part.size() > 3 || (part.size() > 1 && part[0] == '0')) return std::nullopt;
    const auto value = number(part, 10, 255);
    if (!value) return std::nullopt;
    address.bytes[i] = static_cast<std::uint8_t>(*value);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return address;
}

/// The 16-bit groups of one side of "::"; a dotted quad counts as two groups and must be last.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text) {
  std::vector<std::uint16_t> groups;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (part.find('.') != std::string_view::npos) {
      const auto quad = parse_v4(part);
      if (!quad || colon != std::string_view::npos) return std::nullopt;
      groups.push_back(static_cast<std::uint16_t>(quad->bytes[0] << 8 | quad->bytes[1]));
      groups.push_back(static_cast<std::uint16_t>(quad->bytes[2] << 8 | quad->bytes[3]));
      return groups;
    }
    const auto value = part.size() <= 4 ? number(part, 16, 0xFFFF) : std::nullopt;
    if (!value) return std::nullopt;
    groups.push_back(static_cast<std::uint16_t>(*value));
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;
  }
  return groups;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
  const std::size_t gap = text.find("::");
  const auto head = parse_groups(text.substr(0, gap));
  if (!head) return std::nullopt;
  std::vector<std::uint16_t> groups = *head;
  if (gap != std::string_view::npos) {
    const auto tail = parse_groups(text.substr(gap + 2));
    if (!tail || head->size() + tail->size() > 7) return std::nullopt;
    groups.resize(8 - tail->size());
    groups.insert(groups.end(), tail->begin(), tail->end());
  }
  if (groups.size() != 8) return std::nullopt;
  IpAddress address{.family = IpFamily::v6};
  for (std::size_t i = 0; i < 8; ++i) {
    address.bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i]);
  }
  return address;
}

std::string v6_text(const std::array<std::uint8_t, 16>& bytes) {
  std::array<std::uint32_t, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = bytes[2 * i] * 256u + bytes[2 * i + 1];
  std::size_t gap = 8;
  std::size_t gap_length = 1;  // RFC 5952 §4.2.2: a single zero group is not shortened
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > gap_length) gap = i, gap_length = end - i;
  }
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += gap_length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    char digits[4];
    const auto [end, error] = std::to_chars(digits, digits + 4, groups[i], 16);
    text.append(digits, end);
  }
  return text;
}

}  // namespace

IpAddress IpAddress::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {.family = IpFamily::v4, .bytes = {a, b, c, d}};
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  return text.find(':') == std::string_view::npos ? parse_v4(text) : parse_v6(text);
}

std::string IpAddress::text() const {
  if (family == IpFamily::v6) return v6_text(bytes);
  std::string text = std::to_string(bytes[0]);
  for (std::size_t i = 1; i < 4; ++i) text += '.' + std::to_string(bytes[i]);
  return text;
}

IpAddress IpAddress::unmapped() const {
  constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (family != IpFamily::v6 || !std::equal(prefix.begin(), prefix.end(), bytes.begin()))
    return *this;
  return v4(bytes[12], bytes[13], bytes[14], bytes[15]);
}

bool IpAddress::is_loopback() const {
  const IpAddress plain = unmapped();
  if (plain.family == IpFamily::v4) return plain.bytes[0] == 127;
  return plain == *parse("::1");
}

bool IpAddress::is_unspecified() const {
  return bytes == std::array<std::uint8_t, 16>{};
}

ByteView IpAddress::octets() const {
  return ByteView(bytes).first(family == IpFamily::v4 ? 4 : 16);
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  const auto port = number(text.substr(colon + 1), 10, 0xFFFF);
  if (!ip || !port || bracketed != (ip->family == IpFamily::v6)) return std::nullopt;
  return SocketAddress{*ip, static_cast<std::uint16_t>(*port)};
}

std::string SocketAddress::text() const {
  const std::string port_text = ':' + std::to_string(port);
  return (ip.family == IpFamily::v6 ? '[' + ip.text() + ']' : ip.text()) + port_text;
}

}  // namespace parley
