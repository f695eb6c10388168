#include "platform/api_gateway.hpp"

#include <algorithm>

#include "identity/discovery.hpp"
#include "identity/oauth_error.hpp"
#include "operations/api_error.hpp"
#include "operations/directory/directory_gate.hpp"
#include "operations/http_fields.hpp"
#include "operations/query_options.hpp"
#include "platform/form.hpp"

namespace parley::platform {
namespace {

using operations::ApiError;
using operations::Reply;

constexpr std::size_t kMaxTokenBody = 64u << 10;
constexpr std::size_t kMaxTokenParameters = 32;
constexpr std::int32_t kInvalidRequest =
    9000410;  ///< Azure AD's number of a request it cannot read

std::string client_id_of(const HttpRequestView& request) {
  return request.client_request_id.empty() ? to_text(request.id)
                                           : std::string(request.client_request_id);
}

Reply refuse(const Now& now, const HttpRequestView& request, const ApiError& error) {
  return finish_reply(now, request.id, client_id_of(request), request.scenario_id, Failure{error});
}

Reply json_reply(const model::Json& json) {
  Reply reply;
  reply.headers.emplace_back("Content-Type", "application/json");
  reply.headers.emplace_back("Cache-Control", "public, max-age=300");
  reply.body = model::write_json(json);
  return reply;
}

std::optional<std::string_view> tenant_before(std::string_view path, std::string_view suffix) {
  if (!path.ends_with(suffix)) return std::nullopt;
  path.remove_suffix(suffix.size());
  if (path.size() < 2 || path.front() != '/' || path.find('/', 1) != std::string_view::npos)
    return std::nullopt;
  return path.substr(1);
}

/// Discovery documents and keys: what libraries fetch without a token.
std::optional<Reply> public_document(const Now& now, const HttpRequestView& request,
                                     const GatewayOptions& options,
                                     const identity::Directory& directory) {
  if (request.method != "GET") return std::nullopt;
  if (request.path == "/v1/.well-known/OpenIdConfiguration")
    return json_reply(identity::webhook_discovery_document(options.identity));
  if (request.path.ends_with("/discovery/v2.0/keys") || request.path == "/keys")
    return json_reply(directory.keys().jwks(now.utc));
  for (const std::string_view suffix :
       {"/v2.0/.well-known/openid-configuration", "/.well-known/openid-configuration"}) {
    const auto name = tenant_before(request.path, suffix);
    if (!name) continue;
    if (const auto* tenant = directory.tenant_named(*name))
      return json_reply(identity::discovery_document(options.identity, tenant->id));
    return refuse(now, request,
                  {404, "ResourceNotFound",
                   "There is no tenant " + std::string(*name) +
                       ". The path begins with a tenant's id or domain."});
  }
  return std::nullopt;
}

Reply refuse_token_request(const Now& now, const HttpRequestView& request, std::string why) {
  const identity::OauthError error{identity::OauthErrorKind::invalid_request, kInvalidRequest,
                                   std::move(why)};
  Reply reply{.status = identity::http_status(error.kind)};
  reply.body = model::write_json(
      identity::oauth_error_body(error, {to_text(request.id), client_id_of(request)}, now.utc));
  reply.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  return reply;
}

std::optional<Gated> token_request(const Now& now, const HttpRequestView& request) {
  const auto tenant = tenant_before(request.path, "/oauth2/v2.0/token");
  if (request.method != "POST" || !tenant) return std::nullopt;
  // Here, where only this request waits: shard 0, which reads it, has calls.
  const auto separators = static_cast<std::size_t>(std::ranges::count(request.body, '&'));
  if (request.body.size() > kMaxTokenBody || separators >= kMaxTokenParameters)
    return refuse_token_request(now, request,
                                "A token request has at most " + std::to_string(kMaxTokenBody) +
                                    " bytes and " + std::to_string(kMaxTokenParameters) +
                                    " parameters.");
  TokenHttpRequest token;
  token.id = request.id;
  token.client_request_id = client_id_of(request);
  token.request.tenant = *tenant;
  token.request.parameters = parse_form(request.body);
  if (!request.authorization.empty())
    token.request.authorization = std::string(request.authorization);
  token.request.client_request_id = token.client_request_id;
  return token;
}

/// The directory and what is kept of calls: what only the administrator may ask for.
std::optional<Gated> administration(const Now& now, const HttpRequestView& request,
                                    const GatewayOptions& options) {
  if (!options.administrator) return std::nullopt;
  const operations::directory::AdminHttp http{.method = request.method,
                                              .path = request.path,
                                              .query = request.query,
                                              .authorization = request.authorization,
                                              .content_type = request.content_type,
                                              .body = request.body};
  if (auto read = read_directory_request(http, *options.administrator)) {
    if (!*read) return refuse(now, request, read->error());
    return DirectoryHttpRequest{request.id, client_id_of(request), std::move(**read)};
  }
  if (const auto read = read_call_report_request(http, *options.administrator)) {
    if (!*read) return refuse(now, request, read->error());
    return ForCallReport{**read, client_id_of(request)};
  }
  if (auto read = read_set_aside_request(http, *options.administrator)) {
    if (!*read) return refuse(now, request, read->error());
    return ForSetAside{client_id_of(request), **read};
  }
  return std::nullopt;
}

Result<identity::Principal, ApiError> authenticate(const Now& now, const HttpRequestView& request,
                                                   const GatewayOptions& options,
                                                   const identity::Directory& directory) {
  const auto token = operations::bearer_token(request.authorization);
  if (!token)
    return Failure{operations::unauthenticated(
        "The request has no bearer token. Get one from " + options.identity.public_url +
        "/{tenant}/oauth2/v2.0/token and send it as Authorization: Bearer TOKEN.")};
  const identity::TokenContext context{options.identity, directory, now.utc};
  const auto principal = identity::verify_application_token(context, *token);
  if (!principal) return Failure{operations::unauthenticated(principal.error().text)};
  return *principal;
}

}  // namespace

Reply finish_reply(const Now& now, RequestId id, std::string_view client_request_id,
                   std::string_view scenario_id, Result<Reply, ApiError> result) {
  const std::string request_id = to_text(id);
  Reply reply =
      result ? std::move(*result)
             : operations::error_reply(result.error(), now.utc, request_id, client_request_id);
  add_common_headers(reply, request_id, client_request_id, scenario_id);
  return reply;
}

void add_common_headers(Reply& reply, std::string_view request_id,
                        std::string_view client_request_id, std::string_view scenario_id) {
  const auto add = [&](std::string_view name, std::string_view value) {
    const bool present = std::any_of(reply.headers.begin(), reply.headers.end(),
                                     [&](const auto& header) { return header.first == name; });
    if (!present && !value.empty()) reply.headers.emplace_back(name, value);
  };
  if (!reply.body.empty()) add("Content-Type", "application/json;odata.metadata=minimal");
  add("OData-Version", "4.0");
  add("request-id", request_id);
  add("client-request-id", client_request_id);
  add("scenario-id", scenario_id);
  add("x-ms-ags-diagnostic", R"({"ServerInfo":{"Service":"Parley"}})");
}

Gated gate_request(const Now& now, const HttpRequestView& request, const GatewayOptions& options,
                   const identity::Directory& directory) {
  if (auto document = public_document(now, request, options, directory))
    return std::move(*document);
  if (auto token = token_request(now, request)) return std::move(*token);
  if (auto administrative = administration(now, request, options))
    return std::move(*administrative);

  auto principal = authenticate(now, request, options, directory);
  if (!principal) return refuse(now, request, principal.error());
  const auto method = operations::method_named(request.method);
  if (!method)
    return refuse(now, request, operations::method_not_allowed(request.path, "GET, POST"));
  auto route = operations::find_route(*method, request.path);
  if (!route) return refuse(now, request, route.error());
  auto query = operations::read_query_options(request.query, *route->row);
  if (!query) return refuse(now, request, query.error());

  ForCall routed;
  routed.call = CallId{route->ids.at(0)};
  routed.request.id = request.id;
  routed.request.client_request_id = client_id_of(request);
  routed.request.scenario_id = request.scenario_id;
  routed.request.row = route->row;
  operations::Request& parsed = routed.request.request;
  parsed.method = *method;
  parsed.dialect = route->dialect;
  parsed.ids = std::move(route->ids);
  parsed.body = operations::read_json_body(request.content_type, request.body);
  parsed.query = std::move(*query);
  parsed.principal = *principal;
  return routed;
}

Reply not_found_reply(const Now& now, const ApiRequest& request) {
  return finish_reply(now, request.id, request.client_request_id, request.scenario_id,
                      Failure{operations::call_not_found()});
}

}  // namespace parley::platform
