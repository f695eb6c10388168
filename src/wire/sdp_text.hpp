#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "wire/token.hpp"

/// Small pieces of text parsing that the SDP files share.
namespace parley::wire {

/// The text before the first `separator`, which is removed from `rest` with it; all of it when
/// there is none.
inline std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return piece;
}

/// The next word of a line whose words stand apart by one or more spaces; empty at the end.
inline std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return take_until(rest, ' ');
}

/// Visible ASCII without blanks: what may stand between two spaces of a line.
constexpr bool is_word(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

/// A whole decimal number in [min, max]; nullopt for a sign, a blank or anything else.
template <class Integer>
std::optional<Integer> to_number(std::string_view text, std::uint64_t min, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < min || value > max) return std::nullopt;
  return static_cast<Integer>(value);
}

/// An enum's words: each table serves the parser and the writer.
template <class Value, std::size_t N>
std::optional<Value> value_named(const std::array<std::pair<std::string_view, Value>, N>& table,
                                 std::string_view name) {
  for (const auto& [text, value] : table)
    if (equal_ignoring_case(text, name)) return value;
  return std::nullopt;
}

template <class Value, std::size_t N>
std::string_view name_of(const std::array<std::pair<std::string_view, Value>, N>& table,
                         Value value) {
  for (const auto& [text, entry] : table)
    if (entry == value) return text;
  return {};
}

/// RFC 8839 §5.1: ice-char.
constexpr bool is_ice_char(char c) {
  return (c >= '0' && c <= '9') || (lower_case(c) >= 'a' && lower_case(c) <= 'z') || c == '+' ||
         c == '/';
}

inline bool is_ice_text(std::string_view text, std::size_t min, std::size_t max) {
  return text.size() >= min && text.size() <= max &&
         std::all_of(text.begin(), text.end(), is_ice_char);
}

}  // namespace parley::wire
