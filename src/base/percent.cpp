#include "base/percent.hpp"

#include "base/bytes.hpp"

namespace parley {
namespace {

/// The byte that the three characters at `at` stand for.
std::optional<char> escaped_byte(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size()) return std::nullopt;
  const auto byte = from_hex(text.substr(at + 1, 2));
  if (!byte) return std::nullopt;
  return static_cast<char>(byte->front());
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto byte = escaped_byte(text, i);
    if (!byte) return std::nullopt;
    decoded += *byte;
    i += 2;
  }
  return decoded;
}

std::string form_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? escaped_byte(text, i) : std::nullopt;
    if (byte) i += 2;
    decoded += byte ? *byte : text[i] == '+' ? ' ' : text[i];
  }
  return decoded;
}

}  // namespace parley
