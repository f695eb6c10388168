#pragma once

#include "identity/roles.hpp"
#include "operations/table.hpp"

namespace parley::operations {

/// Runs a row's handler on a call that belongs to the request's application: first the permission
/// (403), then the body (400), then the state (409), as api-contract §11 orders them.
Result<Reply, ApiError> run(const Row& row, CallContext& context, const Request& request,
                            const identity::RoleSet& roles);

}  // namespace parley::operations
