#pragma once

#include <string_view>
#include <vector>

namespace parley::operations {

/// What stands between the slashes of a path that begins with none; nothing behind a last one.
inline std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return segments;
}

}  // namespace parley::operations
