#include <algorithm>
#include <ostream>

#include "base/text.hpp"
#include "cli/app_requests.hpp"
#include "cli/table_text.hpp"
#include "cli/verbs.hpp"
#include "identity/directory.hpp"

namespace parley::cli {
namespace {

std::string object_path(const model::Json& application) {
  return "/v1.0/applications/" + text_at(application, "/id");
}

/// A line for each member of a list, its texts at the pointers.
void print_list(std::ostream& out, const model::Json& list, std::vector<std::string> titles,
                const std::vector<std::string>& pointers) {
  TableText table(std::move(titles));
  for (const model::Json& item : list.as_array()) {
    std::vector<std::string> row;
    std::transform(pointers.begin(), pointers.end(), std::back_inserter(row),
                   [&](const std::string& pointer) { return text_at(item, pointer); });
    table.add(std::move(row));
  }
  table.print(out);
}

/// The application, and where its grants are.
struct Found {
  model::Json application;
  GrantsPath grants;
};
Result<Found, ApiFailure> find(ApiClient& api, const std::string& name) {
  auto application = find_application(api, name, "");
  if (!application) return Failure{application.error()};
  const auto grants = find_grants(api, text_at(*application, "/appId"));
  if (!grants) return Failure{grants.error()};
  return Found{std::move(*application), *grants};
}

struct CredentialKind {
  const char* removal;  ///< Graph's action
  const char* name;
};
template <class Arguments>
VerbResult remove_credential(ApiClient& api, std::ostream& out, const Arguments& arguments,
                             const CredentialKind& kind) {
  const auto found = find_application(api, arguments.app, arguments.connection.tenant);
  if (!found) return Failure{found.error()};
  const auto removed =
      api.post(object_path(*found) + "/" + kind.removal, {{"keyId", arguments.key_id}});
  if (!removed) {
    const ApiFailure& refused = removed.error();
    return Failure{ApiFailure{refused.status, refused.text + " (`parley app show " + arguments.app +
                                                  "` prints each key id)"}};
  }
  out << text_at(*found, "/displayName") << " can no longer sign in with the " << kind.name << " "
      << arguments.key_id << ".\n";
  return {};
}

}  // namespace

VerbResult run(ApiClient& api, std::ostream& out, const AppList& arguments) {
  const auto listed = api.get("/v1.0/applications" + tenant_query(arguments.connection.tenant));
  if (!listed) return Failure{listed.error()};
  print_list(out, listed->at("value"), {"APP ID", "NAME", "WEBHOOK"},
             {"/appId", "/displayName", "/calling/callbackUri"});
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const AppShow& arguments) {
  const auto found = find(api, arguments.app);
  if (!found) return Failure{found.error()};
  const auto grants = api.get(found->grants.path);
  if (!grants) return Failure{grants.error()};
  const model::Json& application = found->application;
  out << "name     " << text_at(application, "/displayName") << "\napp id   "
      << text_at(application, "/appId") << "\nwebhook  "
      << text_at(application, "/calling/callbackUri") << "\ndialect  "
      << text_at(application, "/calling/dialect") << "\ncreated  "
      << text_at(application, "/createdDateTime") << '\n';
  for (const model::Json& one : grants->at("value").as_array()) {
    out << "role     " << text_at(one, "/role") << " in tenant " << text_at(one, "/tenantId")
        << '\n';
  }
  for (const model::Json& one : application.at("passwordCredentials").as_array()) {
    out << "secret   " << text_at(one, "/keyId") << ", " << text_at(one, "/hint") << "…, until "
        << text_at(one, "/endDateTime") << '\n';
  }
  for (const model::Json& one : application.at("keyCredentials").as_array()) {
    out << "certificate " << text_at(one, "/keyId") << ", " << text_at(one, "/customKeyIdentifier")
        << ", until " << text_at(one, "/endDateTime") << '\n';
  }
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const AppGrant& arguments) {
  const auto found = find(api, arguments.app);
  if (!found) return Failure{found.error()};
  for (const std::string& role : arguments.roles) {
    const auto granted = grant(api, found->grants, role, arguments.connection.tenant);
    if (!granted) return Failure{granted.error()};
    out << text_at(found->application, "/displayName") << (*granted ? " now has " : " had ") << role
        << (*granted ? ".\n" : " before.\n");
  }
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const AppRevoke& arguments) {
  const auto found = find(api, arguments.app);
  if (!found) return Failure{found.error()};
  const auto grants = api.get(found->grants.path + tenant_query(arguments.connection.tenant));
  if (!grants) return Failure{grants.error()};
  for (const std::string& role : arguments.roles) {
    bool revoked = false;
    for (const model::Json& one : grants->at("value").as_array()) {
      if (!equal_ignoring_case(text_at(one, "/role"), role)) continue;
      const auto gone = api.remove(found->grants.path + "/" + text_at(one, "/id"));
      if (!gone) return Failure{gone.error()};
      revoked = true;
    }
    out << text_at(found->application, "/displayName")
        << (revoked ? " no longer has " : " did not have ") << role << ".\n";
  }
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const AppWebhook& arguments) {
  const auto found = find_application(api, arguments.app, arguments.connection.tenant);
  if (!found) return Failure{found.error()};
  const auto changed = api.patch(object_path(*found),
                                 {{"calling", calling_json(arguments.webhook, arguments.dialect)}});
  if (!changed) return Failure{changed.error()};
  out << "Incoming calls of " << text_at(*found, "/displayName") << " are told to "
      << arguments.webhook << ".\n";
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const AppSecret& arguments) {
  const auto found = find_application(api, arguments.app, arguments.connection.tenant);
  if (!found) return Failure{found.error()};
  const auto secret = add_secret(api, object_path(*found));
  if (!secret) return Failure{secret.error()};
  out << "PARLEY_APP_SECRET=" << *secret << '\n';
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const AppRemoveSecret& arguments) {
  return remove_credential(api, out, arguments, {"removePassword", "secret"});
}

VerbResult run(ApiClient& api, std::ostream& out, const AppCertificate& arguments) {
  const auto found = find_application(api, arguments.app, arguments.connection.tenant);
  if (!found) return Failure{found.error()};
  const auto thumbprint = add_certificate(api, object_path(*found), arguments.certificate);
  if (!thumbprint) return Failure{thumbprint.error()};
  out << text_at(*found, "/displayName") << " may sign in with the certificate " << *thumbprint
      << " (SHA-256).\n";
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const AppRemoveCertificate& arguments) {
  return remove_credential(api, out, arguments, {"removeKey", "certificate"});
}

VerbResult run(ApiClient& api, std::ostream& out, const AppRemove& arguments) {
  const auto found = find_application(api, arguments.app, arguments.connection.tenant);
  if (!found) return Failure{found.error()};
  const auto removed = api.remove(object_path(*found));
  if (!removed) return Failure{removed.error()};
  out << text_at(*found, "/displayName") << " is removed, with its secrets and roles.\n";
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const AppRoles&) {
  const std::string filter = "appId eq '" + std::string(identity::kGraphApplicationId) + "'";
  const auto found = api.get("/v1.0/servicePrincipals?$filter=" + url_encoded(filter));
  if (!found) return Failure{found.error()};
  for (const model::Json& role : found->at_pointer("/value/0/appRoles").as_array()) {
    out << text_at(role, "/value") << '\n';
  }
  return {};
}

}  // namespace parley::cli
