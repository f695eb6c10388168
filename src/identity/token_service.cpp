#include "identity/token_service.hpp"

#include <algorithm>
#include <array>

#include "base/percent.hpp"
#include "base/text.hpp"
#include "identity/password.hpp"
#include "identity/secrets.hpp"

namespace parley::identity {
namespace {

using model::Json;

// Azure AD's numbers, which its libraries and people search for.
constexpr std::int32_t kInvalidRequest = 9000410;
constexpr std::int32_t kMissingParameter = 900144;
constexpr std::int32_t kUnknownTenant = 90002;
constexpr std::int32_t kUnknownApplication = 700016;
constexpr std::int32_t kWrongSecret = 7000215;
constexpr std::int32_t kExpiredSecret = 7000222;
constexpr std::int32_t kNoCredential = 7000218;
constexpr std::int32_t kUnsupportedGrant = 70003;
constexpr std::int32_t kInvalidScope = 70011;
constexpr std::int32_t kScopeNotDefault = 1002012;
constexpr std::int32_t kWrongPassword = 50126;
constexpr std::int32_t kInvalidRefreshToken = 70000;
constexpr std::int32_t kExpiredRefreshToken = 700082;
constexpr std::int32_t kTransient = 90033;

constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::string_view kDefaultScope = "/.default";

Failure<OauthError> failure(OauthErrorKind kind, std::int32_t code, std::string description) {
  return Failure{OauthError{kind, code, std::move(description)}};
}

/// Graph, by its URL or its application id, and ourselves: all name the one API that is here.
bool is_our_resource(const IdentityOptions& options, std::string_view resource) {
  if (resource.ends_with('/')) resource.remove_suffix(1);
  return resource == options.graph_audience || resource == options.public_url ||
         equal_ignoring_case(resource, kGraphApplicationId);
}

/// The answer of RFC 6749 §5.1, with the members that msal expects.
Json token_body(const IssuedToken& token) {
  Json body(boost::json::object_kind);
  auto& object = body.get_object();
  object["token_type"] = "Bearer";
  object["expires_in"] = token.lifetime.count();
  object["ext_expires_in"] = token.lifetime.count();
  object["access_token"] = token.text;
  return body;
}

}  // namespace

/// One request on its way through the grants.
struct TokenService::Call {
  const TokenRequest& request;
  const Directory& directory;
  UtcTime now;
  OauthTrace trace;

  /// The parameter's value; empty when it is absent, as RFC 6749 §3.2 wants.
  std::string_view parameter(std::string_view name) const {
    for (const auto& [known, value] : request.parameters) {
      if (known == name) return value;
    }
    return {};
  }
};

struct TokenService::Client {
  std::string id;
  std::string secret;
};

TokenReply TokenService::handle_token_request(UtcTime now, const TokenRequest& request,
                                              const Directory& directory) {
  Call call{request, directory, now, {}};
  call.trace.trace_id = Uuid::random(random_).text();
  const auto correlation =
      request.client_request_id ? Uuid::parse(*request.client_request_id) : std::nullopt;
  call.trace.correlation_id = correlation.value_or(Uuid::random(random_)).text();
  Result<TokenReply, OauthError> reply = answer(call);
  if (!reply) return error_answer(reply.error(), call.trace, now);
  return std::move(reply).value();
}

Result<TokenReply, OauthError> TokenService::answer(const Call& call) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : call.request.parameters) names.push_back(name);
  std::sort(names.begin(), names.end());
  if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end()) {
    return failure(OauthErrorKind::invalid_request, kInvalidRequest,
                   "The parameter " + std::string(*twice) + " occurs twice.");
  }
  const std::string_view grant = call.parameter("grant_type");
  if (grant == "client_credentials") return client_credentials(call);
  if (grant == "password") return password(call);
  if (grant == "refresh_token") return refresh(call);
  if (grant.empty()) {
    return failure(OauthErrorKind::invalid_request, kMissingParameter,
                   "The body lacks the parameter grant_type. Send a form "
                   "(application/x-www-form-urlencoded).");
  }
  return failure(
      OauthErrorKind::unsupported_grant_type, kUnsupportedGrant,
      "This grant_type is not supported. Applications use client_credentials; people sign "
      "in on the page.");
}

Result<TokenService::Client, OauthError> TokenService::client(const Call& call) const {
  Client client{std::string(call.parameter("client_id")),
                std::string(call.parameter("client_secret"))};
  if (!call.request.authorization) return client;
  // RFC 6749 §2.3.1: Basic, both halves form-encoded before base64.
  const std::string_view header = *call.request.authorization;
  const std::optional<Bytes> decoded = equal_ignoring_case(header.substr(0, 6), "basic ")
                                           ? from_base64(header.substr(6))
                                           : std::nullopt;
  const std::string_view pair = decoded ? as_text(*decoded) : std::string_view{};
  const std::size_t colon = pair.find(':');
  if (colon == pair.npos || !client.secret.empty()) {
    return failure(OauthErrorKind::invalid_request, kInvalidRequest,
                   "The Authorization header is not Basic with client id and secret, or the secret "
                   "is in the body too. Send it once.");
  }
  return Client{form_decoded(pair.substr(0, colon)), form_decoded(pair.substr(colon + 1))};
}

Result<void, OauthError> TokenService::check_scope(const Call& call) const {
  const std::string_view scope = call.parameter("scope");
  const std::string_view resource = call.parameter("resource");  // the v1 endpoint's way
  if (scope.empty() && is_our_resource(options_, resource)) return {};
  const std::string wanted = options_.graph_audience + std::string(kDefaultScope);
  if (scope.empty() && resource.empty()) {
    return failure(OauthErrorKind::invalid_request, kMissingParameter,
                   "The body lacks the parameter scope; send " + wanted + ".");
  }
  if (!scope.empty() && !scope.ends_with(kDefaultScope)) {
    return failure(OauthErrorKind::invalid_scope, kScopeNotDefault,
                   "An application's scope must end in /.default; send " + wanted +
                       ". What it may do are the roles granted to it.");
  }
  if (!scope.empty() &&
      is_our_resource(options_, scope.substr(0, scope.size() - kDefaultScope.size()))) {
    return {};
  }
  return failure(OauthErrorKind::invalid_scope, kInvalidScope,
                 "There is no such resource here; send the scope " + wanted + ".");
}

Result<TokenReply, OauthError> TokenService::client_credentials(const Call& call) {
  const model::TenantRecord* const tenant = call.directory.tenant_named(call.request.tenant);
  if (!tenant) {
    return failure(OauthErrorKind::invalid_request, kUnknownTenant,
                   "There is no tenant of that id or domain here. The token URL is "
                   "{public_url}/{tenant}/oauth2/v2.0/token.");
  }
  const Result<Client, OauthError> who = client(call);
  if (!who) return Failure{who.error()};
  const std::optional<Uuid> id = Uuid::parse(who->id);
  const model::ApplicationRecord* const application =
      id ? call.directory.application(ApplicationId{*id}) : nullptr;
  if (!application || !call.directory.is_known_in(tenant->id, *application)) {
    return failure(OauthErrorKind::unauthorized_client, kUnknownApplication,
                   "No application with this client_id in tenant " + tenant->domain +
                       ". `parley app create` makes one.");
  }
  const Result<ClientProof, OauthError> proof = prove(call, *who, *tenant, *application);
  if (!proof) return Failure{proof.error()};
  if (const auto scope = check_scope(call); !scope) return Failure{scope.error()};
  const std::optional<IssuedToken> token = issue_application_token(
      {options_, call.directory, call.now}, random_, *tenant, *application, *proof);
  if (!token) {
    return failure(OauthErrorKind::server_error, kTransient, "No signing key; try again.");
  }
  return TokenReply(TokenAnswer{.status = 200, .body = token_body(*token)});
}

Result<ClientProof, OauthError> TokenService::prove(const Call& call, const Client& who,
                                                    const model::TenantRecord& tenant,
                                                    const model::ApplicationRecord& application) {
  const std::string_view assertion = call.parameter("client_assertion");
  if (!assertion.empty()) {
    if (call.parameter("client_assertion_type") != kAssertionType || !who.secret.empty()) {
      return failure(OauthErrorKind::invalid_request, kInvalidRequest,
                     "client_assertion needs client_assertion_type " + std::string(kAssertionType) +
                         " and no client_secret beside it.");
    }
    const auto checked = check_client_assertion(
        {options_, call.directory, tenant, application, call.request.tenant, assertion, call.now},
        assertions_);
    if (!checked) return Failure{checked.error()};
    return ClientProof::certificate;
  }
  if (who.secret.empty()) {
    return failure(OauthErrorKind::invalid_client, kNoCredential,
                   "The body lacks client_secret or client_assertion.");
  }
  bool expired = false;
  for (const auto* const known : call.directory.secrets_of(application.application_id)) {
    if (!secret_matches(who.secret, known->sha256)) continue;
    if (known->starts <= call.now && call.now < known->ends) return ClientProof::secret;
    expired = true;
  }
  if (expired) {
    return failure(OauthErrorKind::invalid_client, kExpiredSecret,
                   "The client secret has expired. `parley app secret` makes a new one.");
  }
  return failure(
      OauthErrorKind::invalid_client, kWrongSecret,
      "The client secret is wrong. Send its value, not its id; `parley app secret` makes a "
      "new one.");
}

Result<TokenReply, OauthError> TokenService::password(const Call& call) {
  if (!equal_ignoring_case(call.parameter("client_id"), kPageClientId)) {
    return failure(OauthErrorKind::unauthorized_client, kUnknownApplication,
                   "The password grant is for the built-in page only. Applications use "
                   "client_credentials.");
  }
  const std::string_view password = call.parameter("password");
  if (call.parameter("username").empty() || password.empty() ||
      password.size() > kMaxPasswordLength) {
    return failure(OauthErrorKind::invalid_request, kMissingParameter,
                   "The body needs username and password (at most 256 characters).");
  }
  const bool any_tenant = equal_ignoring_case(call.request.tenant, "common") ||
                          equal_ignoring_case(call.request.tenant, "organizations");
  const model::TenantRecord* const tenant = call.directory.tenant_named(call.request.tenant);
  const model::UserRecord* const user = call.directory.user_named(call.parameter("username"));
  const bool here = user && (any_tenant || (tenant && user->tenant_id == tenant->id));
  return TokenReply(PasswordCheck{
      .password = std::string(password),
      .stored_hash = here ? user->password_hash : unmatchable_password_hash(),
      .user = here ? std::optional(user->id) : std::nullopt,
      .scope = std::string(call.parameter("scope")),
      .trace = call.trace,
  });
}

TokenAnswer TokenService::finish(UtcTime now, const PasswordCheck& check, bool matches,
                                 const Directory& directory) {
  const model::UserRecord* const user = check.user ? directory.user(*check.user) : nullptr;
  // A password changed while it was checked counts as the new one.
  if (!matches || !user || user->password_hash != check.stored_hash) {
    return error_answer(
        {OauthErrorKind::invalid_grant, kWrongPassword, "The user name or the password is wrong."},
        check.trace, now);
  }
  Result<TokenAnswer, OauthError> answer =
      user_answer({options_, directory, now}, *user, check.scope);
  if (!answer) return error_answer(answer.error(), check.trace, now);
  return std::move(answer).value();
}

Result<TokenReply, OauthError> TokenService::refresh(const Call& call) {
  const Bytes hash = secret_hash(call.parameter("refresh_token"));
  const model::RefreshTokenRecord* const known = call.directory.refresh_token(hash);
  const model::UserRecord* const user = known ? call.directory.user(known->user_id) : nullptr;
  if (!user || !equal_ignoring_case(call.parameter("client_id"), kPageClientId)) {
    return failure(OauthErrorKind::invalid_grant, kInvalidRefreshToken,
                   "The refresh token is not known, or was used before. Sign in again.");
  }
  if (known->expires <= call.now) {
    return failure(OauthErrorKind::invalid_grant, kExpiredRefreshToken,
                   "The refresh token has expired. Sign in again.");
  }
  Result<TokenAnswer, OauthError> answer = user_answer({options_, call.directory, call.now}, *user,
                                                       std::string(call.parameter("scope")));
  if (!answer) return Failure{answer.error()};
  // Rotation: the one that was used is used up.
  answer->rows.emplace_back(model::EraseRow(model::Erase<model::RefreshTokenRecord>{hash}));
  return TokenReply(std::move(answer).value());
}

Result<TokenAnswer, OauthError> TokenService::user_answer(const TokenContext& context,
                                                          const model::UserRecord& user,
                                                          const std::string& scope) {
  const std::optional<IssuedToken> token = issue_user_token(context, random_, user);
  if (!token) {
    return failure(OauthErrorKind::server_error, kTransient, "No signing key; try again.");
  }
  TokenAnswer answer{.status = 200, .body = token_body(*token)};
  const std::string refresh = make_secret(random_);
  answer.body.get_object()["refresh_token"] = refresh;
  answer.body.get_object()["scope"] = scope;
  const auto sessions = context.directory.refresh_tokens_of(user.id);
  for (std::size_t i = 0; i + kMaxRefreshTokensPerUser <= sessions.size(); ++i) {
    answer.rows.emplace_back(
        model::EraseRow(model::Erase<model::RefreshTokenRecord>{sessions[i]->sha256}));
  }
  answer.rows.emplace_back(
      model::Row(model::RefreshTokenRecord{secret_hash(refresh), user.id, user.tenant_id,
                                           context.now + options_.refresh_token_lifetime}));
  return answer;
}

TokenAnswer TokenService::unavailable(UtcTime now, const OauthTrace& trace, std::string why) {
  return error_answer({OauthErrorKind::server_error, kTransient, std::move(why)}, trace, now);
}

TokenAnswer TokenService::error_answer(const OauthError& error, const OauthTrace& trace,
                                       UtcTime now) {
  return {.status = http_status(error.kind), .body = oauth_error_body(error, trace, now)};
}

}  // namespace parley::identity
