#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "operations/request.hpp"

namespace parley::operations {

/// Where a row's handler runs.
enum class Executor { call_shard };

/// One operation of the API.
struct Row {
  std::string_view name;  ///< Graph's, e.g. "playPrompt"
  Method method;
  /// Behind the dialect's root; `{}` stands for an id. Actions also answer at
  /// `/microsoft.graph.NAME`.
  std::string_view path;
  bool v1_0;
  bool beta;
  bool app_2019;
  /// Any one of these is needed at each request; empty: not checked again (api-contract §11).
  std::span<const identity::Role> roles;
  CallHandler handler;
  bool is_collection = false;  ///< it answers a collection, of which `$top` takes a part
  Executor executor = Executor::call_shard;
};

/// All of them.
std::span<const Row> table();

/// Whether a row, or one that is not implemented yet, answers in that dialect.
template <class AnyRow>
bool answers_in(const AnyRow& row, model::Dialect dialect) {
  switch (dialect) {
    case model::Dialect::v1_0:
      return row.v1_0;
    case model::Dialect::beta:
      return row.beta;
    case model::Dialect::app_2019:
      return row.app_2019;
  }
  return false;
}

/// What a path means.
struct Route {
  const Row* row;
  model::Dialect dialect;
  std::vector<Uuid> ids;
};

/// Finds the row; an error says whether the path, the method or only the implementation is missing.
Result<Route, ApiError> find_route(Method method, std::string_view path);

}  // namespace parley::operations
