#include "operations/run.hpp"

#include <algorithm>

#include "operations/api_error.hpp"

namespace parley::operations {

Result<Reply, ApiError> run(const Row& row, CallContext& context, const Request& request,
                            const identity::RoleSet& roles) {
  const bool permitted =
      row.roles.empty() || std::any_of(row.roles.begin(), row.roles.end(),
                                       [&](identity::Role role) { return roles.contains(role); });
  if (!permitted) return Failure{missing_permission(row.roles, request.principal)};
  return row.handler(context, request);
}

}  // namespace parley::operations
