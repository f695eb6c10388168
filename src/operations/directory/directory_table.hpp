#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operations/directory/directory_request.hpp"

namespace parley::operations::directory {

/// One request of directory administration.
struct DirectoryRow {
  std::string_view name;  ///< e.g. "addPassword"
  Method method;
  std::string_view path;      ///< from the root, `{}` stands for a key
  bool takes_filter = false;  ///< whether `$filter` is understood
  DirectoryHandler handler;
};

/// All of them.
std::span<const DirectoryRow> directory_table();

struct DirectoryRoute {
  const DirectoryRow* row;
  std::vector<std::string> keys;
};

/// The row of a percent-decoded path without its query. nullopt: the path is not of the directory.
/// The error is 501 and names the request: Graph may have it, we don't.
std::optional<Result<DirectoryRoute, ApiError>> find_directory_route(std::string_view method,
                                                                     std::string_view path);

}  // namespace parley::operations::directory
