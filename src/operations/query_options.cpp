#include "operations/query_options.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

#include "base/text.hpp"
#include "operations/api_error.hpp"
#include "operations/http_fields.hpp"

namespace parley::operations {
namespace {

std::vector<std::string> split_names(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (const auto name = trim_whitespace(list.substr(0, comma)); !name.empty())
      names.emplace_back(name);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

}  // namespace

Result<QueryOptions, ApiError> read_query_options(std::string_view query, const Row& row) {
  const auto parameters = read_query(query);
  if (!parameters) return Failure{parameters.error()};
  QueryOptions options;
  for (const auto& [name, value] : *parameters) {
    if (name == "$select" && row.method == Method::get) {
      options.select = split_names(value);
    } else if (name == "$top" && row.is_collection) {
      const auto top = read_number(name, value);
      if (!top) return Failure{top.error()};
      options.top = *top;
    } else if (name.starts_with('$')) {
      return Failure{query_option_not_implemented(name, row.name)};
    }
  }
  return options;
}

model::Json selected(model::Json resource, const QueryOptions& options) {
  const auto& names = options.select;
  if (names.empty() || std::find(names.begin(), names.end(), "*") != names.end()) return resource;
  boost::json::object kept;
  for (auto& [name, value] : resource.as_object())
    if (name.starts_with("@odata.") || std::find(names.begin(), names.end(), name) != names.end())
      kept.emplace(name, std::move(value));
  return model::Json(std::move(kept));
}

}  // namespace parley::operations
