#include "base/host_name.hpp"

#include <algorithm>

namespace parley {
namespace {

constexpr std::size_t kMaxHostName = 253;

bool is_of_names(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

}  // namespace

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxHostName &&
         std::all_of(text.begin(), text.end(), is_of_names);
}

}  // namespace parley
