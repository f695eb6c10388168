#include "identity/directory_admin.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "crypto/certificate.hpp"
#include "crypto/hash.hpp"
#include "crypto/signing_key.hpp"
#include "identity/password.hpp"
#include "identity/secrets.hpp"

namespace parley::identity {
namespace {

Failure<AdminError> fail(AdminFault fault, std::string member, std::string text) {
  return Failure{AdminError{fault, std::move(member), std::move(text)}};
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

AdminResult<void> check_display_name(std::string_view name) {
  if (!name.empty() && name.size() <= kMaxDisplayNameLength && !has_control_characters(name)) {
    return {};
  }
  return fail(AdminFault::invalid, "displayName",
              "displayName must have 1 to 256 characters, none of them a control character.");
}

/// RFC 1123 host name labels.
bool is_domain(std::string_view domain) {
  if (domain.empty() || domain.size() > kMaxDomainLength) return false;
  std::size_t label = 0;
  char before = '.';
  for (const char c : domain) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c == '.') {
      if (label == 0 || before == '-') return false;
      label = 0;
    } else if (alphanumeric || (c == '-' && label > 0)) {
      if (++label > 63) return false;
    } else {
      return false;
    }
    before = c;
  }
  return label > 0 && before != '-';
}

bool is_local_part(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("._-+'").find(c) != std::string_view::npos;
  });
}

AdminResult<void> check_calling(const CallingRegistration& calling) {
  const std::string& uri = calling.callback_uri;
  const std::string scheme = lower_case(uri.substr(0, uri.find("://")));
  const bool shape = uri.find("://") != uri.npos && uri.size() > scheme.size() + 3;
  const bool clean = !has_control_characters(uri) && uri.find(' ') == uri.npos;
  if (shape && clean && (scheme == "https" || scheme == "http") && uri.size() <= kMaxUriLength) {
    return {};
  }
  return fail(AdminFault::invalid, "calling.callbackUri",
              "calling.callbackUri must be an absolute https URL of at most 2048 characters (http "
              "where the configuration allows it).");
}

AdminResult<const model::ApplicationRecord*> find_application(const AdminContext& context,
                                                              ApplicationId id) {
  if (const auto* const application = context.directory.application(id)) return application;
  return fail(AdminFault::not_found, "", "There is no application " + to_text(id) + ".");
}

AdminResult<void> check_credential_name(std::string_view name) {
  if (name.size() <= kMaxDisplayNameLength) return {};
  return fail(AdminFault::invalid, "displayName", "displayName has at most 256 characters.");
}

AdminResult<UtcTime> check_end(const AdminContext& context, std::optional<UtcTime> ends) {
  if (ends.value_or(UtcTime::max()) <= context.now) {
    return fail(AdminFault::invalid, "endDateTime", "endDateTime must lie in the future.");
  }
  return ends.value_or(context.now + kDefaultCredentialLifetime);
}

template <class Record>
model::RowChange erase(const model::KeyOf<Record>& key) {
  return model::EraseRow(model::Erase<Record>{key});
}

template <class Record>
Created<Record> created(Record record) {
  model::RowChanges rows{model::Row(record)};
  return {std::move(record), std::move(rows)};
}

/// @param list  the application's member that shows those there are
template <class Record>
AdminResult<model::RowChanges> remove_credential(ApplicationId application, model::CredentialId id,
                                                 const Record* found, std::string_view list) {
  if (found && found->application_id == application) return model::RowChanges{erase<Record>(id)};
  return fail(AdminFault::invalid, "keyId",
              "No credentials found to be removed: none of the application's " + std::string(list) +
                  " has the keyId " + to_text(id) + ". GET /v1.0/applications/{id} shows them.");
}

}  // namespace

AdminResult<Created<model::TenantRecord>> create_tenant(const AdminContext& context,
                                                        const NewTenant& request) {
  const std::string domain = lower_case(request.domain);
  if (!is_domain(domain) || Uuid::parse(domain)) {
    return fail(
        AdminFault::invalid, "domain",
        "domain must be a host name, e.g. example.org: labels of letters, digits and hyphens.");
  }
  if (const auto name = check_display_name(request.display_name); !name) {
    return Failure{name.error()};
  }
  const TenantId id = request.id.value_or(TenantId{Uuid::random(context.random)});
  if (context.directory.tenant_named(domain) || context.directory.tenant(id)) {
    return fail(AdminFault::conflict, "domain", "There is a tenant " + domain + " already.");
  }
  return created(model::TenantRecord{id, domain, request.display_name, context.now});
}

AdminResult<Created<model::ApplicationRecord>> create_application(const AdminContext& context,
                                                                  const NewApplication& request) {
  if (!context.directory.tenant(request.tenant)) {
    return fail(AdminFault::not_found, "", "There is no tenant " + to_text(request.tenant) + ".");
  }
  if (const auto name = check_display_name(request.display_name); !name) {
    return Failure{name.error()};
  }
  model::ApplicationRecord record;
  record.application_id = request.id.value_or(ApplicationId{Uuid::random(context.random)});
  if (context.directory.application(record.application_id)) {
    return fail(AdminFault::conflict, "appId",
                "There is an application " + to_text(record.application_id) + " already.");
  }
  record.object_id = model::ObjectId{Uuid::random(context.random)};
  record.service_principal_id = model::ServicePrincipalId{Uuid::random(context.random)};
  record.tenant_id = request.tenant;
  record.display_name = request.display_name;
  record.created = context.now;
  if (request.calling) {
    if (const auto calling = check_calling(*request.calling); !calling) {
      return Failure{calling.error()};
    }
    record.callback_uri = request.calling->callback_uri;
    record.dialect = request.calling->dialect;
  }
  return created(std::move(record));
}

AdminResult<Created<model::ApplicationRecord>> set_calling(
    const AdminContext& context, ApplicationId application,
    const std::optional<CallingRegistration>& calling) {
  const auto found = find_application(context, application);
  if (!found) return Failure{found.error()};
  model::ApplicationRecord record = **found;
  record.callback_uri.reset();
  if (calling) {
    if (const auto checked = check_calling(*calling); !checked) return Failure{checked.error()};
    record.callback_uri = calling->callback_uri;
    record.dialect = calling->dialect;
  }
  return created(std::move(record));
}

AdminResult<model::RowChanges> remove_application(const AdminContext& context,
                                                  ApplicationId application) {
  const auto found = find_application(context, application);
  if (!found) return Failure{found.error()};
  model::RowChanges rows;
  for (const auto* const secret : context.directory.secrets_of(application)) {
    rows.push_back(erase<model::ApplicationSecretRecord>(secret->key_id));
  }
  for (const auto* const certificate : context.directory.certificates_of(application)) {
    rows.push_back(erase<model::ApplicationCertificateRecord>(certificate->key_id));
  }
  for (const auto* const grant : context.directory.grants_of(application)) {
    rows.push_back(erase<model::GrantRecord>(grant->id));
  }
  rows.push_back(erase<model::ApplicationRecord>(application));
  return rows;
}

AdminResult<CreatedSecret> add_secret(const AdminContext& context, const NewSecret& request) {
  const auto found = find_application(context, request.application);
  if (!found) return Failure{found.error()};
  const auto ends = check_end(context, request.ends);
  if (!ends) return Failure{ends.error()};
  if (auto named = check_credential_name(request.display_name); !named)
    return Failure{named.error()};
  if (context.directory.secrets_of(request.application).size() >= kMaxCredentialsPerApplication) {
    return fail(AdminFault::limit, "",
                "The application has 20 secrets, the most it may have; remove one first.");
  }
  CreatedSecret made;
  made.secret = make_secret(context.random);
  made.record = {.key_id = model::CredentialId{Uuid::random(context.random)},
                 .application_id = request.application,
                 .sha256 = secret_hash(made.secret),
                 .hint = made.secret.substr(0, 3),
                 .display_name = request.display_name,
                 .starts = context.now,
                 .ends = *ends};
  made.rows.emplace_back(model::Row(made.record));
  return made;
}

AdminResult<Created<model::ApplicationCertificateRecord>> add_certificate(
    const AdminContext& context, const NewCertificate& request) {
  const auto found = find_application(context, request.application);
  if (!found) return Failure{found.error()};
  const auto ends = check_end(context, request.ends);
  if (!ends) return Failure{ends.error()};
  if (auto named = check_credential_name(request.display_name); !named)
    return Failure{named.error()};
  const auto key = crypto::PublicKey::from_certificate_der(request.certificate_der);
  if (!key || key->jwk().kty != "RSA") {
    return fail(AdminFault::invalid, "key",
                "key must be an X.509 certificate (DER) with an RSA key of 2048 to 8192 bits.");
  }
  const Bytes thumbprint = to_bytes(crypto::certificate_thumbprint(request.certificate_der));
  const auto known = context.directory.certificates_of(request.application);
  if (std::any_of(known.begin(), known.end(), [&](const auto* certificate) {
        return certificate->thumbprint_sha256 == thumbprint;
      })) {
    return fail(AdminFault::conflict, "key", "The application has this certificate already.");
  }
  if (known.size() >= kMaxCredentialsPerApplication) {
    return fail(AdminFault::limit, "",
                "The application has 20 certificates, the most it may have; remove one first.");
  }
  return created(model::ApplicationCertificateRecord{
      .key_id = model::CredentialId{Uuid::random(context.random)},
      .application_id = request.application,
      .certificate_der = request.certificate_der,
      .thumbprint_sha256 = thumbprint,
      .display_name = request.display_name,
      .starts = context.now,
      .ends = *ends});
}

AdminResult<model::RowChanges> remove_secret(const AdminContext& context, ApplicationId application,
                                             model::CredentialId id) {
  return remove_credential(application, id, context.directory.secret(id), "passwordCredentials");
}

AdminResult<model::RowChanges> remove_certificate(const AdminContext& context,
                                                  ApplicationId application,
                                                  model::CredentialId id) {
  return remove_credential(application, id, context.directory.certificate(id), "keyCredentials");
}

AdminResult<Created<model::UserRecord>> create_user(const AdminContext& context,
                                                    const NewUser& request) {
  const model::TenantRecord* const tenant = context.directory.tenant(request.tenant);
  if (!tenant) {
    return fail(AdminFault::not_found, "", "There is no tenant " + to_text(request.tenant) + ".");
  }
  const std::string name = lower_case(request.user_name);
  const std::size_t at = std::min(name.find('@'), name.size());
  if (name.size() > kMaxUserNameLength || !is_local_part(name.substr(0, at)) ||
      name.substr(at) != "@" + tenant->domain) {
    return fail(AdminFault::invalid, "userPrincipalName",
                "userPrincipalName must be name@" + tenant->domain +
                    ": letters, digits and . _ - + ' before the @.");
  }
  if (const auto display = check_display_name(request.display_name); !display) {
    return Failure{display.error()};
  }
  if (context.directory.user_named(name)) {
    return fail(AdminFault::conflict, "userPrincipalName", "There is a user " + name + " already.");
  }
  return created(model::UserRecord{UserId{Uuid::random(context.random)}, request.tenant, name,
                                   request.display_name, request.password_hash, context.now});
}

AdminResult<void> check_password(std::string_view password) {
  if (password.size() >= kMinPasswordLength && password.size() <= kMaxPasswordLength) return {};
  return fail(AdminFault::invalid, "passwordProfile.password",
              "passwordProfile.password must have 8 to 256 characters.");
}

AdminResult<Created<model::UserRecord>> set_password(const AdminContext& context, UserId user,
                                                     const std::string& password_hash) {
  const model::UserRecord* const found = context.directory.user(user);
  if (!found) return fail(AdminFault::not_found, "", "There is no user " + to_text(user) + ".");
  model::UserRecord record = *found;
  record.password_hash = password_hash;
  Created<model::UserRecord> changed = created(std::move(record));
  for (const auto* const session : context.directory.refresh_tokens_of(user)) {
    changed.rows.push_back(erase<model::RefreshTokenRecord>(session->sha256));
  }
  return changed;
}

AdminResult<model::RowChanges> remove_user(const AdminContext& context, UserId user) {
  if (!context.directory.user(user)) {
    return fail(AdminFault::not_found, "", "There is no user " + to_text(user) + ".");
  }
  model::RowChanges rows;
  for (const auto* const session : context.directory.refresh_tokens_of(user)) {
    rows.push_back(erase<model::RefreshTokenRecord>(session->sha256));
  }
  rows.push_back(erase<model::UserRecord>(user));
  return rows;
}

AdminResult<Created<model::GrantRecord>> grant_role(const AdminContext& context,
                                                    const NewGrant& request) {
  const auto found = find_application(context, request.application);
  if (!found) return Failure{found.error()};
  if (!context.directory.tenant(request.tenant)) {
    return fail(AdminFault::not_found, "", "There is no tenant " + to_text(request.tenant) + ".");
  }
  const std::optional<Uuid> id = Uuid::parse(request.role);
  const std::optional<Role> role = id ? role_with_id(*id) : role_named(request.role);
  if (!role) {
    return fail(AdminFault::invalid, "appRoleId",
                "There is no such role; Calls.Initiate.All is one, GET "
                "/servicePrincipals/{id}/appRoles lists all.");
  }
  if (context.directory.roles(request.tenant, request.application).contains(*role)) {
    return fail(AdminFault::conflict, "appRoleId",
                std::string(role_name(*role)) + " is granted already.");
  }
  return created(model::GrantRecord{model::GrantId{Uuid::random(context.random)}, request.tenant,
                                    request.application, std::string(role_name(*role)),
                                    context.now});
}

AdminResult<model::RowChanges> revoke_grant(const AdminContext& context, model::GrantId grant) {
  if (!context.directory.grant(grant)) {
    return fail(AdminFault::not_found, "", "There is no such grant.");
  }
  return model::RowChanges{erase<model::GrantRecord>(grant)};
}

Administrator::Administrator(std::string_view token) : token_sha256_(secret_hash(token)) {}

bool Administrator::is(std::string_view token) const {
  return secret_matches(token, token_sha256_);
}

}  // namespace parley::identity
