#include "operations/directory/lookup.hpp"

#include "operations/api_error.hpp"

namespace parley::operations::directory {
namespace {

ApiError not_found(std::string message) {
  return {404, "Request_ResourceNotFound", std::move(message)};
}

}  // namespace

ApiError admin_refusal(const identity::AdminError& error) {
  switch (error.fault) {
    case identity::AdminFault::invalid:
    case identity::AdminFault::limit:
      return {400, "Request_BadRequest", error.text};
    case identity::AdminFault::not_found:
      return not_found(error.text);
    case identity::AdminFault::conflict:
      return {409, "Request_Conflict", error.text};
  }
  return internal_error();
}

identity::AdminContext admin_context(const DirectoryContext& context) {
  return {context.directory, context.now, context.random};
}

Result<TenantId, ApiError> chosen_tenant(const DirectoryContext& context,
                                         const DirectoryRequest& request) {
  const auto tenants = context.directory.tenants();
  if (tenants.empty()) {
    return Failure{
        bad_request("There is no tenant yet. Make one with: parley tenant create "
                    "DOMAIN")};
  }
  std::string domains;
  for (const auto* const tenant : tenants) {
    if (!domains.empty()) domains += ", ";
    domains += tenant->domain;
  }
  if (request.tenant.empty()) {
    if (tenants.size() == 1) return tenants.front()->id;
    return Failure{bad_request("There are several tenants (" + domains +
                               "): name one with ?tenant=, parley's --tenant.")};
  }
  if (const auto* const tenant = context.directory.tenant_named(request.tenant)) return tenant->id;
  return Failure{not_found("There is no tenant " + request.tenant + ". There is " + domains + ".")};
}

Result<const model::ApplicationRecord*, ApiError> keyed_application(
    const DirectoryContext& context, const DirectoryRequest& request) {
  const std::string& key = request.keys.front();
  const auto id = Uuid::parse(key);
  const auto* const found =
      id ? context.directory.application_with_object(model::ObjectId{*id}) : nullptr;
  if (found) return found;
  return Failure{not_found("There is no application with the object id " + key +
                           ". GET /v1.0/applications lists them; id is not appId.")};
}

Result<const model::ApplicationRecord*, ApiError> keyed_principal(const DirectoryContext& context,
                                                                  const DirectoryRequest& request) {
  const std::string& key = request.keys.front();
  const auto id = Uuid::parse(key);
  const auto* const found =
      id ? context.directory.application_with_principal(model::ServicePrincipalId{*id}) : nullptr;
  if (found) return found;
  return Failure{not_found("There is no service principal " + key +
                           ". GET /v1.0/servicePrincipals?$filter=appId eq '…' finds one.")};
}

Result<const model::UserRecord*, ApiError> keyed_user(const DirectoryContext& context,
                                                      const DirectoryRequest& request) {
  const std::string& key = request.keys.front();
  const auto id = Uuid::parse(key);
  const auto* const found =
      id ? context.directory.user(UserId{*id}) : context.directory.user_named(key);
  if (found) return found;
  return Failure{not_found("There is no user " + key + ". GET /v1.0/users lists them.")};
}

}  // namespace parley::operations::directory
