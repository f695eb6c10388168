#include "identity/discovery.hpp"

#include <initializer_list>

namespace parley::identity {
namespace {

using model::Json;

Json texts(std::initializer_list<std::string_view> values) {
  Json list(boost::json::array_kind);
  for (const std::string_view value : values) list.get_array().emplace_back(value);
  return list;
}

Json document(const IdentityOptions& options, const std::string& tenant,
              const std::string& issuer) {
  const std::string base = options.public_url + "/" + tenant;
  Json json(boost::json::object_kind);
  auto& object = json.get_object();
  object["issuer"] = issuer;
  object["authorization_endpoint"] = base + "/oauth2/v2.0/authorize";
  object["token_endpoint"] = token_endpoint(options, tenant);
  object["jwks_uri"] = base + "/discovery/v2.0/keys";
  object["response_types_supported"] = texts({"token"});
  object["grant_types_supported"] = texts({"client_credentials", "password", "refresh_token"});
  object["subject_types_supported"] = texts({"public"});
  object["id_token_signing_alg_values_supported"] = texts({"RS256", "ES256"});
  object["token_endpoint_auth_methods_supported"] =
      texts({"client_secret_post", "client_secret_basic", "private_key_jwt"});
  object["token_endpoint_auth_signing_alg_values_supported"] = texts({"PS256", "RS256"});
  object["scopes_supported"] = texts({"openid", "profile", "offline_access"});
  object["claims_supported"] = texts({"iss", "aud", "sub", "tid", "oid", "appid", "azp", "roles",
                                      "upn", "name", "exp", "nbf", "iat", "ver"});
  return json;
}

}  // namespace

Json discovery_document(const IdentityOptions& options, TenantId tenant) {
  return document(options, to_text(tenant), issuer_of(options, tenant));
}

Json webhook_discovery_document(const IdentityOptions& options) {
  const std::string issuer = options.webhook_issuer.value_or(
      options.issuer.value_or(options.public_url + "/{tenantid}/v2.0"));
  return document(options, "common", issuer);
}

}  // namespace parley::identity
