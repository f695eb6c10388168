#pragma once

#include <string_view>

#include "identity/directory_admin.hpp"
#include "operations/directory/directory_request.hpp"

/// What handlers share: who is meant, and how a refusal of the administration is told.
namespace parley::operations::directory {

/// 400 Request_BadRequest, 404 Request_ResourceNotFound or 409 Request_Conflict.
ApiError admin_refusal(const identity::AdminError& error);

identity::AdminContext admin_context(const DirectoryContext& context);

/// `?tenant=`, or the only tenant there is. The error lists the domains.
Result<TenantId, ApiError> chosen_tenant(const DirectoryContext& context,
                                         const DirectoryRequest& request);

// By the first key of the path: Graph's object id, the service principal's id, and for users an id
// or a userPrincipalName. The pointers live as long as the directory.
Result<const model::ApplicationRecord*, ApiError> keyed_application(
    const DirectoryContext& context, const DirectoryRequest& request);
Result<const model::ApplicationRecord*, ApiError> keyed_principal(const DirectoryContext& context,
                                                                  const DirectoryRequest& request);
Result<const model::UserRecord*, ApiError> keyed_user(const DirectoryContext& context,
                                                      const DirectoryRequest& request);

}  // namespace parley::operations::directory
