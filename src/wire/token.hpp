#pragma once

#include <algorithm>
#include <string_view>

namespace parley::wire {

/// One character of a token, RFC 8866 §9 (token-char).
constexpr bool is_token_char(char c) {
  if (c <= ' ' || c >= 0x7F) return false;
  return std::string_view("\"(),/:;<=>?@[\\]").find(c) == std::string_view::npos;
}

constexpr bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

}  // namespace parley::wire
