#include "operations/directory/directory_gate.hpp"

#include "operations/api_error.hpp"
#include "operations/http_fields.hpp"

namespace parley::operations::directory {
namespace {

Result<boost::json::object, ApiError> read_object(const AdminHttp& http) {
  auto parsed = read_json_body(http.content_type, http.body);
  if (!parsed) return Failure{parsed.error()};
  if (!parsed->is_object()) return Failure{bad_request("The body must be a JSON object.")};
  return std::move(parsed->as_object());
}

/// Puts `tenant` and `$filter` into the request; other options of OData are refused by name, so
/// that nobody takes an unfiltered answer for a filtered one.
Result<void, ApiError> take_query(std::string_view query, DirectoryRequest& request) {
  auto parameters = read_query(query);
  if (!parameters) return Failure{parameters.error()};
  for (auto& [name, value] : *parameters) {
    if (name == "tenant") {
      request.tenant = std::move(value);
    } else if (name == "$filter" && request.row->takes_filter) {
      request.filter = std::move(value);
    } else if (name.starts_with('$')) {
      return Failure{query_option_not_implemented(name, request.row->name)};
    }
  }
  return {};
}

Result<DirectoryRequest, ApiError> read(const AdminHttp& http, DirectoryRoute route) {
  DirectoryRequest request{.row = route.row, .keys = std::move(route.keys)};
  if (const auto query = take_query(http.query, request); !query) return Failure{query.error()};
  auto body = read_object(http);
  if (!body) return Failure{body.error()};
  request.body = std::move(*body);
  return request;
}

}  // namespace

Result<void, ApiError> check_administrator(std::string_view authorization,
                                           const identity::Administrator& administrator) {
  const auto token = bearer_token(authorization);
  if (!token) {
    return Failure{unauthenticated(
        "The administrator's token is missing: send Authorization: Bearer and the content of "
        "admin.token in the server's data folder.")};
  }
  if (!administrator.is(*token)) {
    return Failure{unauthenticated(
        "This is not the administrator's token: it stands in admin.token in the server's data "
        "folder. Tokens of applications and users don't open the directory.")};
  }
  return {};
}

std::optional<Result<DirectoryRequest, ApiError>> read_directory_request(
    const AdminHttp& http, const identity::Administrator& administrator) {
  auto route = find_directory_route(http.method, http.path);
  if (!route) return std::nullopt;
  if (const auto admin = check_administrator(http.authorization, administrator); !admin) {
    return Failure{admin.error()};
  }
  if (!*route) return Failure{route->error()};
  return read(http, std::move(**route));
}

DirectoryResult run_directory_request(const DirectoryContext& context,
                                      const DirectoryRequest& request) {
  return request.row->handler(context, request);
}

std::optional<Result<CallId, ApiError>> read_call_report_request(
    const AdminHttp& http, const identity::Administrator& administrator) {
  constexpr std::string_view kRoot = "/parley/calls/";
  if (!http.path.starts_with(kRoot)) return std::nullopt;
  if (const auto admin = check_administrator(http.authorization, administrator); !admin) {
    return Failure{admin.error()};
  }
  const auto id = Uuid::parse(http.path.substr(kRoot.size()));
  if (!id) return Failure{unknown_path(http.path)};
  if (http.method != method_name(Method::get)) {
    return Failure{method_not_allowed(http.path, "GET")};
  }
  return CallId{*id};
}

}  // namespace parley::operations::directory
