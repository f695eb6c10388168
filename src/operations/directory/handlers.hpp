#pragma once

#include "operations/directory/directory_request.hpp"

/// The handlers, one file each: `add_password` is in add_password.cpp.
namespace parley::operations::directory {

DirectoryResult add_key(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult add_password(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult create_app_role_assignment(const DirectoryContext& context,
                                           const DirectoryRequest& request);
DirectoryResult create_application(const DirectoryContext& context,
                                   const DirectoryRequest& request);
DirectoryResult create_tenant(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult create_user(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult delete_app_role_assignment(const DirectoryContext& context,
                                           const DirectoryRequest& request);
DirectoryResult delete_application(const DirectoryContext& context,
                                   const DirectoryRequest& request);
DirectoryResult delete_user(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult get_application(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult list_app_role_assignments(const DirectoryContext& context,
                                          const DirectoryRequest& request);
DirectoryResult list_applications(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult list_service_principals(const DirectoryContext& context,
                                        const DirectoryRequest& request);
DirectoryResult list_tenants(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult list_users(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult remove_key(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult remove_password(const DirectoryContext& context, const DirectoryRequest& request);
DirectoryResult update_application(const DirectoryContext& context,
                                   const DirectoryRequest& request);

}  // namespace parley::operations::directory
