#include "identity/access_tokens.hpp"

#include <array>

#include "identity/jwt.hpp"

namespace parley::identity {
namespace {

using crypto::SignatureAlgorithm;
using model::Json;

constexpr std::array kOurAlgorithms = {SignatureAlgorithm::rs256, SignatureAlgorithm::es256};

std::int64_t seconds(UtcTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

/// `iss`, `aud`, `tid` and the times: what every token of ours begins with.
Json base_claims(const TokenContext& context, TenantId tenant, std::string_view audience,
                 std::chrono::seconds lifetime) {
  Json claims(boost::json::object_kind);
  auto& object = claims.get_object();
  object["aud"] = audience;
  object["iss"] = issuer_of(context.options, tenant);
  object["iat"] = seconds(context.now);
  object["nbf"] = seconds(context.now);
  object["exp"] = seconds(context.now + lifetime);
  object["tid"] = to_text(tenant);
  return claims;
}

std::string sign(const TokenKey& key, const Json& claims) {
  Json header(boost::json::object_kind);
  header.get_object()["kid"] = key.kid;
  return sign_jwt(std::move(header), claims, key.key);
}

std::optional<IssuedToken> sign_active(const TokenContext& context, const Json& claims,
                                       std::chrono::seconds lifetime) {
  const TokenKey* const key = context.directory.keys().active(context.now);
  if (!key) return std::nullopt;
  return IssuedToken{sign(*key, claims), lifetime};
}

template <class Id>
std::optional<Id> id_claim(const Jwt& jwt, std::string_view claim) {
  const std::optional<std::string_view> text = jwt.text(claim);
  const std::optional<Uuid> uuid = text ? Uuid::parse(*text) : std::nullopt;
  if (!uuid) return std::nullopt;
  return Id{*uuid};
}

Failure<TokenRefusal> refusal(std::string text) {
  return Failure{TokenRefusal{std::move(text)}};
}

/// A checked token and the tenant of its `tid`, whose issuer it has.
struct Checked {
  Jwt jwt;
  TenantId tenant;
};

/// The issuer depends on the tenant, so `tid` is read first and proved by what follows: the
/// signature covers it, and `iss` must be that tenant's.
Result<Checked, TokenRefusal> check(const TokenContext& context, std::string_view token,
                                    std::string_view audience) {
  const Result<Jwt, JwtFault> peeked = peek_jwt(token);
  if (!peeked) return refusal(std::string(jwt_fault_text(peeked.error())) + ".");
  const std::optional<TenantId> tenant = id_claim<TenantId>(*peeked, "tid");
  if (!tenant) return refusal("the token has no tenant (tid).");
  const std::array issuers = {issuer_of(context.options, *tenant)};
  const std::array audiences = {std::string(audience)};
  const auto find_key = [&](const JwtHeader& header) -> std::optional<crypto::PublicKey> {
    const TokenKey* const key =
        header.kid ? context.directory.keys().find(*header.kid, context.now) : nullptr;
    if (!key) return std::nullopt;
    return key->public_key;
  };
  Result<Jwt, JwtFault> jwt =
      verify_jwt(token, find_key, {kOurAlgorithms, issuers, audiences}, context.now);
  if (!jwt) {
    std::string text(jwt_fault_text(jwt.error()));
    if (jwt.error() == JwtFault::wrong_issuer) text += "; expected " + issuers[0];
    if (jwt.error() == JwtFault::wrong_audience) text += "; expected " + audiences[0];
    if (jwt.error() == JwtFault::expired) text += "; get a new one from the token endpoint";
    return refusal(text + ".");
  }
  if (!context.directory.tenant(*tenant)) {
    return refusal("tenant " + to_text(*tenant) + " does not exist (any more).");
  }
  return Checked{std::move(jwt).value(), *tenant};
}

std::string_view proof_text(ClientProof proof) {
  switch (proof) {
    case ClientProof::secret:
      return "1";
    case ClientProof::certificate:
      return "2";
  }
  return {};
}

}  // namespace

std::optional<IssuedToken> issue_application_token(const TokenContext& context, Random& random,
                                                   const model::TenantRecord& tenant,
                                                   const model::ApplicationRecord& application,
                                                   ClientProof proof) {
  const auto lifetime = context.options.application_token_lifetime;
  Json claims = base_claims(context, tenant.id, context.options.graph_audience, lifetime);
  auto& object = claims.get_object();
  object["appid"] = to_text(application.application_id);
  object["azp"] = to_text(application.application_id);
  object["appidacr"] = proof_text(proof);
  object["app_displayname"] = application.display_name;
  object["idtyp"] = "app";
  object["oid"] = to_text(application.service_principal_id);
  object["sub"] = to_text(application.service_principal_id);
  Json& roles = object["roles"] = boost::json::array_kind;
  for (const std::string_view name :
       context.directory.roles(tenant.id, application.application_id).names()) {
    roles.get_array().emplace_back(name);
  }
  object["uti"] = Uuid::random(random).text();
  object["ver"] = "2.0";
  return sign_active(context, claims, lifetime);
}

std::optional<IssuedToken> issue_user_token(const TokenContext& context, Random& random,
                                            const model::UserRecord& user) {
  const auto lifetime = context.options.user_token_lifetime;
  Json claims = base_claims(context, user.tenant_id, client_audience(context.options), lifetime);
  auto& object = claims.get_object();
  object["idtyp"] = "user";
  object["oid"] = to_text(user.id);
  object["sub"] = to_text(user.id);
  object["upn"] = user.user_name;
  object["preferred_username"] = user.user_name;
  object["name"] = user.display_name;
  object["uti"] = Uuid::random(random).text();
  object["ver"] = "2.0";
  return sign_active(context, claims, lifetime);
}

std::optional<IssuedToken> issue_recording_token(const TokenContext& context,
                                                 const model::RecordingRecord& recording) {
  const std::chrono::seconds lifetime = context.options.recording_token_lifetime;
  Json claims =
      base_claims(context, recording.tenant_id, recording_audience(context.options), lifetime);
  claims.get_object()["sub"] = to_text(recording.operation_id);
  claims.get_object()["appid"] = to_text(recording.application_id);
  return sign_active(context, claims, lifetime);
}

Result<Principal, TokenRefusal> verify_application_token(const TokenContext& context,
                                                         std::string_view token) {
  const auto checked = check(context, token, context.options.graph_audience);
  if (!checked) return Failure{checked.error()};
  const auto id = id_claim<ApplicationId>(checked->jwt, "appid");
  const model::ApplicationRecord* const application =
      id ? context.directory.application(*id) : nullptr;
  if (!application || checked->jwt.text("idtyp") != "app") {
    return refusal("the token is of no application that exists here.");
  }
  if (!context.directory.is_known_in(checked->tenant, *application)) {
    return refusal("application " + to_text(*id) + " is not known in tenant " +
                   to_text(checked->tenant) + " (any more).");
  }
  return Principal{checked->tenant, *id, context.directory.roles(checked->tenant, *id)};
}

Result<UserPrincipal, TokenRefusal> verify_user_token(const TokenContext& context,
                                                      std::string_view token) {
  const auto checked = check(context, token, client_audience(context.options));
  if (!checked) return Failure{checked.error()};
  const auto id = id_claim<UserId>(checked->jwt, "oid");
  const model::UserRecord* const user = id ? context.directory.user(*id) : nullptr;
  if (!user || user->tenant_id != checked->tenant || checked->jwt.text("idtyp") != "user") {
    return refusal("the token is of no user that exists here.");
  }
  return UserPrincipal{checked->tenant, *id, user->user_name, user->display_name};
}

Result<TenantId, TokenRefusal> verify_recording_token(const TokenContext& context,
                                                      std::string_view token,
                                                      OperationId operation) {
  const auto checked = check(context, token, recording_audience(context.options));
  if (!checked) return Failure{checked.error()};
  if (id_claim<OperationId>(checked->jwt, "sub") != operation) {
    return refusal("the token is for another recording.");
  }
  return checked->tenant;
}

std::optional<std::string> WebhookTokens::token_for(const TokenContext& context, TenantId tenant,
                                                    ApplicationId application) {
  const TokenKey* const key = context.directory.keys().active(context.now);
  if (!key) return std::nullopt;
  const auto found = cached_.find({tenant, application});
  if (found != cached_.end() && found->second.kid == key->kid &&
      found->second.signed_at <= context.now && context.now < found->second.signed_at + kReuse) {
    return found->second.token;
  }
  Json claims = base_claims(context, tenant, to_text(application), kWebhookTokenLifetime);
  if (context.options.webhook_issuer) claims.get_object()["iss"] = *context.options.webhook_issuer;
  if (cached_.size() >= kMaxCached) cached_.clear();
  Cached cached{sign(*key, claims), key->kid, context.now};
  return cached_.insert_or_assign({tenant, application}, std::move(cached)).first->second.token;
}

}  // namespace parley::identity
