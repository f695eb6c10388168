#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {

/// Of one application, in all tenants, or in the one of `?tenant=`.
DirectoryResult list_app_role_assignments(const DirectoryContext& context,
                                          const DirectoryRequest& request) {
  const auto principal = keyed_principal(context, request);
  if (!principal) return Failure{principal.error()};
  std::optional<TenantId> only;
  if (!request.tenant.empty()) {
    const auto tenant = chosen_tenant(context, request);
    if (!tenant) return Failure{tenant.error()};
    only = *tenant;
  }
  boost::json::array grants;
  for (const auto* const grant : context.directory.grants_of((*principal)->application_id)) {
    if (only.value_or(grant->tenant_id) != grant->tenant_id) continue;
    grants.push_back(app_role_assignment_json(*grant, **principal));
  }
  return DirectoryReply{list_reply(context, "appRoleAssignments", std::move(grants))};
}

}  // namespace parley::operations::directory
