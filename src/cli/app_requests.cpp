#include "cli/app_requests.hpp"

#include "base/bytes.hpp"
#include "identity/directory.hpp"

namespace parley::cli {

model::Json calling_json(const std::string& webhook, const std::string& dialect) {
  model::Json calling = {{"callbackUri", webhook}};
  if (!dialect.empty()) calling.as_object()["dialect"] = dialect;
  return calling;
}

Result<std::string, ApiFailure> add_secret(ApiClient& api, const std::string& object) {
  const auto made =
      api.post(object + "/addPassword", {{"passwordCredential", {{"displayName", "parley app"}}}});
  if (!made) return Failure{made.error()};
  return text_at(*made, "/secretText");
}

Result<std::string, ApiFailure> add_certificate(ApiClient& api, const std::string& object,
                                                const std::string& file) {
  const auto content = read_file(file);
  if (!content) {
    return Failure{
        ApiFailure{0, "The certificate file " + file + " cannot be read; give a PEM or DER file."}};
  }
  const model::Json credential = {{"type", "AsymmetricX509Cert"},
                                  {"usage", "Verify"},
                                  {"displayName", "parley app"},
                                  {"key", to_base64(as_bytes(*content))}};
  const auto made = api.post(object + "/addKey", {{"keyCredential", credential}});
  if (!made) return Failure{made.error()};
  return text_at(*made, "/customKeyIdentifier");
}

Result<bool, ApiFailure> grant(ApiClient& api, const GrantsPath& grants, const std::string& role,
                               const std::string& tenant) {
  const auto made = api.post(grants.path + tenant_query(tenant),
                             {{"principalId", grants.principal_id},
                              {"resourceId", identity::kGraphServicePrincipalId},
                              {"appRoleId", role}});
  if (made) return true;
  constexpr int kConflict = 409;
  if (made.error().status == kConflict) return false;
  constexpr int kBadRequest = 400;
  if (made.error().status == kBadRequest) {
    return Failure{ApiFailure{kBadRequest, "The role " + role +
                                               " cannot be granted: " + made.error().text +
                                               " (`parley app roles` lists all)"}};
  }
  return Failure{made.error()};
}

}  // namespace parley::cli
