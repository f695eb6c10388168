#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "operations/directory/directory_request.hpp"

/// Graph's JSON of the directory's resources, and the answers made of it.
namespace parley::operations::directory {

/// `v1.0`, `beta` or `2019`: the values of `calling.dialect`.
std::string_view dialect_name(model::Dialect dialect);
/// In any case.
std::optional<model::Dialect> dialect_named(std::string_view name);

/// With its credentials (never their secrets) and our extension `calling`.
boost::json::object application_json(const identity::Directory& directory,
                                     const model::ApplicationRecord& application);
boost::json::object service_principal_json(const model::ApplicationRecord& application);
/// Microsoft Graph's own, with all roles that can be granted.
boost::json::object graph_service_principal_json();
/// `appRoleId` is the role's name where Graph's id of it is unknown; our extension `role` is its
/// name always, `tenantId` where it is granted.
boost::json::object app_role_assignment_json(const model::GrantRecord& grant,
                                             const model::ApplicationRecord& application);
boost::json::object password_credential_json(const model::ApplicationSecretRecord& secret);
boost::json::object key_credential_json(const model::ApplicationCertificateRecord& certificate);
boost::json::object user_json(const model::UserRecord& user);
boost::json::object tenant_json(const model::TenantRecord& tenant);

/// The resource with its `@odata.context`. @param set  e.g. "applications/$entity"
Reply resource_reply(const DirectoryContext& context, int status, std::string_view set,
                     const boost::json::object& resource);
/// `{"@odata.context": …, "value": […]}`.
Reply list_reply(const DirectoryContext& context, std::string_view set, boost::json::array items);

}  // namespace parley::operations::directory
