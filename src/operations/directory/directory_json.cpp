#include "operations/directory/directory_json.hpp"

#include "base/text.hpp"
#include "model/dialect.hpp"
#include "model/iso_time.hpp"

namespace parley::operations::directory {
namespace {

constexpr std::string_view kGraphDisplayName = "Microsoft Graph";
constexpr model::Dialect kDialects[] = {model::Dialect::v1_0, model::Dialect::beta,
                                        model::Dialect::app_2019};

/// Graph's id of the role, or its name where we know none.
std::string role_key(identity::Role role) {
  const auto id = identity::role_id(role);
  return id ? id->text() : std::string(identity::role_name(role));
}

boost::json::object begin(const DirectoryContext& context, std::string_view set) {
  return {{"@odata.context",
           model::metadata_context(context.options.public_url, model::Dialect::v1_0, set)}};
}

Reply json_reply(int status, boost::json::object body) {
  Reply reply;
  reply.status = status;
  reply.body = model::write_json(model::Json(std::move(body)));
  return reply;
}

}  // namespace

std::string_view dialect_name(model::Dialect dialect) {
  switch (dialect) {
    case model::Dialect::v1_0:
      return "v1.0";
    case model::Dialect::beta:
      return "beta";
    case model::Dialect::app_2019:
      return "2019";
  }
  return "";
}

std::optional<model::Dialect> dialect_named(std::string_view name) {
  for (const model::Dialect dialect : kDialects) {
    if (equal_ignoring_case(name, dialect_name(dialect))) return dialect;
  }
  return std::nullopt;
}

boost::json::object application_json(const identity::Directory& directory,
                                     const model::ApplicationRecord& application) {
  boost::json::object json{{"id", to_text(application.object_id)},
                           {"appId", to_text(application.application_id)},
                           {"displayName", application.display_name},
                           {"createdDateTime", model::write_iso_time(application.created)}};
  boost::json::array passwords;
  for (const auto* const secret : directory.secrets_of(application.application_id)) {
    passwords.push_back(password_credential_json(*secret));
  }
  json["passwordCredentials"] = std::move(passwords);
  boost::json::array keys;
  for (const auto* const certificate : directory.certificates_of(application.application_id)) {
    keys.push_back(key_credential_json(*certificate));
  }
  json["keyCredentials"] = std::move(keys);
  json["calling"] = nullptr;
  if (application.callback_uri) {
    json["calling"] = boost::json::object{{"callbackUri", *application.callback_uri},
                                          {"dialect", dialect_name(application.dialect)}};
  }
  return json;
}

boost::json::object service_principal_json(const model::ApplicationRecord& application) {
  return {{"id", to_text(application.service_principal_id)},
          {"appId", to_text(application.application_id)},
          {"displayName", application.display_name},
          {"servicePrincipalType", "Application"},
          {"appRoles", boost::json::array{}}};
}

boost::json::object graph_service_principal_json() {
  boost::json::array roles;
  for (const identity::Role role : identity::all_roles()) {
    roles.push_back(boost::json::object{{"id", role_key(role)},
                                        {"value", identity::role_name(role)},
                                        {"displayName", identity::role_name(role)},
                                        {"allowedMemberTypes", boost::json::array{"Application"}},
                                        {"isEnabled", true}});
  }
  return {{"id", identity::kGraphServicePrincipalId},
          {"appId", identity::kGraphApplicationId},
          {"displayName", kGraphDisplayName},
          {"servicePrincipalType", "Application"},
          {"appRoles", std::move(roles)}};
}

boost::json::object app_role_assignment_json(const model::GrantRecord& grant,
                                             const model::ApplicationRecord& application) {
  const auto role = identity::role_named(grant.role);
  return {{"id", to_text(grant.id)},
          {"createdDateTime", model::write_iso_time(grant.created)},
          {"appRoleId", role ? role_key(*role) : grant.role},
          {"principalId", to_text(application.service_principal_id)},
          {"principalDisplayName", application.display_name},
          {"principalType", "ServicePrincipal"},
          {"resourceId", identity::kGraphServicePrincipalId},
          {"resourceDisplayName", kGraphDisplayName},
          {"role", grant.role},
          {"tenantId", to_text(grant.tenant_id)}};
}

boost::json::object password_credential_json(const model::ApplicationSecretRecord& secret) {
  return {{"keyId", to_text(secret.key_id)},
          {"displayName", secret.display_name},
          {"hint", secret.hint},
          {"startDateTime", model::write_iso_time(secret.starts)},
          {"endDateTime", model::write_iso_time(secret.ends)},
          {"secretText", nullptr}};
}

boost::json::object key_credential_json(const model::ApplicationCertificateRecord& certificate) {
  return {{"keyId", to_text(certificate.key_id)},
          {"displayName", certificate.display_name},
          {"type", "AsymmetricX509Cert"},
          {"usage", "Verify"},
          {"customKeyIdentifier", to_base64(certificate.thumbprint_sha256)},
          {"startDateTime", model::write_iso_time(certificate.starts)},
          {"endDateTime", model::write_iso_time(certificate.ends)},
          {"key", nullptr}};
}

boost::json::object user_json(const model::UserRecord& user) {
  return {{"id", to_text(user.id)},
          {"displayName", user.display_name},
          {"userPrincipalName", user.user_name},
          {"createdDateTime", model::write_iso_time(user.created)}};
}

boost::json::object tenant_json(const model::TenantRecord& tenant) {
  return {{"id", to_text(tenant.id)},
          {"domain", tenant.domain},
          {"displayName", tenant.display_name},
          {"createdDateTime", model::write_iso_time(tenant.created)}};
}

Reply resource_reply(const DirectoryContext& context, int status, std::string_view set,
                     const boost::json::object& resource) {
  boost::json::object body = begin(context, set);
  for (const auto& member : resource) body.insert(member);
  return json_reply(status, std::move(body));
}

Reply list_reply(const DirectoryContext& context, std::string_view set, boost::json::array items) {
  boost::json::object body = begin(context, set);
  body["value"] = std::move(items);
  return json_reply(200, std::move(body));
}

}  // namespace parley::operations::directory
