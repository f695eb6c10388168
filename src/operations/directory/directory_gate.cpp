#include "operations/directory/directory_gate.hpp"

#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse_query.hpp>

#include "identity/text_case.hpp"
#include "operations/api_error.hpp"

namespace parley::operations::directory {
namespace {

bool is_json(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return identity::equal_ignoring_case(type, "application/json");
}

Result<boost::json::object, ApiError> read_json(const AdminHttp& http) {
  if (http.body.empty()) return boost::json::object{};
  if (!is_json(http.content_type)) return Failure{unsupported_media_type(http.content_type)};
  auto parsed = model::parse_json(http.body);
  if (!parsed) {
    return Failure{bad_request("The body is not JSON: " + parsed.error().message + ", at byte " +
                               std::to_string(parsed.error().offset) + ".")};
  }
  if (!parsed->is_object()) return Failure{bad_request("The body must be a JSON object.")};
  return std::move(parsed->as_object());
}

/// Puts `tenant` and `$filter` into the request; other options of OData are refused by name, so
/// that nobody takes an unfiltered answer for a filtered one.
Result<void, ApiError> read_query(std::string_view query, DirectoryRequest& request) {
  if (query.empty()) return {};
  const auto parsed = boost::urls::parse_query({query.data(), query.size()});
  if (!parsed) return Failure{bad_request("The query of the URL is malformed.")};
  boost::urls::encoding_opts plus_is_space;
  plus_is_space.space_as_plus = true;
  for (const boost::urls::param_pct_view& option : *parsed) {
    const std::string name = option.key.decode(plus_is_space);
    const std::string value = option.value.decode(plus_is_space);
    if (name == "tenant") {
      request.tenant = value;
    } else if (name == "$filter" && request.row->takes_filter) {
      request.filter = value;
    } else if (name.starts_with('$')) {
      return Failure{
          not_implemented("The query option " + name + " of " + std::string(request.row->name))};
    }
  }
  return {};
}

Result<DirectoryRequest, ApiError> read(const AdminHttp& http, DirectoryRoute route) {
  DirectoryRequest request{.row = route.row, .keys = std::move(route.keys)};
  if (const auto query = read_query(http.query, request); !query) return Failure{query.error()};
  auto body = read_json(http);
  if (!body) return Failure{body.error()};
  request.body = std::move(*body);
  return request;
}

}  // namespace

Result<void, ApiError> check_administrator(std::string_view authorization,
                                           const identity::Administrator& administrator) {
  constexpr std::string_view kScheme = "Bearer ";
  const bool bearer =
      authorization.size() > kScheme.size() &&
      identity::equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme);
  if (!bearer) {
    return Failure{unauthenticated(
        "The administrator's token is missing: send Authorization: Bearer and the content of "
        "admin.token in the server's data folder.")};
  }
  if (!administrator.is(authorization.substr(kScheme.size()))) {
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
