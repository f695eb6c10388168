#include "base/text.hpp"
#include "operations/directory/body_members.hpp"
#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {

/// Body: `principalId`, `resourceId` (Microsoft Graph's service principal) and `appRoleId`, an id
/// of Graph or, beyond Graph, a role's name. In the tenant of `?tenant=`, else the application's
/// own.
DirectoryResult create_app_role_assignment(const DirectoryContext& context,
                                           const DirectoryRequest& request) {
  const auto principal = keyed_principal(context, request);
  if (!principal) return Failure{principal.error()};
  BodyMembers body(request.body);
  const std::string role = body.required_text("appRoleId");
  const std::string resource = body.required_text("resourceId");
  const std::string principal_id = body.required_text("principalId");
  if (!equal_ignoring_case(resource, identity::kGraphServicePrincipalId)) {
    body.refuse("resourceId", "roles are those of Microsoft Graph, " +
                                  std::string(identity::kGraphServicePrincipalId));
  }
  if (Uuid::parse(principal_id) != (*principal)->service_principal_id.value) {
    body.refuse("principalId", "it must be the service principal of the path");
  }
  if (body.error()) return Failure{*body.error()};
  TenantId where = (*principal)->tenant_id;
  if (!request.tenant.empty()) {
    const auto tenant = chosen_tenant(context, request);
    if (!tenant) return Failure{tenant.error()};
    where = *tenant;
  }
  auto made =
      identity::grant_role(admin_context(context), {where, (*principal)->application_id, role});
  if (!made) return Failure{admin_refusal(made.error())};
  return DirectoryReply{resource_reply(context, 201, "appRoleAssignments/$entity",
                                       app_role_assignment_json(made->record, **principal)),
                        std::move(made->rows)};
}

}  // namespace parley::operations::directory
