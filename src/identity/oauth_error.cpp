#include "identity/oauth_error.hpp"

#include "model/iso_time.hpp"

namespace parley::identity {
namespace {

std::string_view kind_text(OauthErrorKind kind) {
  switch (kind) {
    case OauthErrorKind::invalid_request:
      return "invalid_request";
    case OauthErrorKind::invalid_client:
      return "invalid_client";
    case OauthErrorKind::invalid_grant:
      return "invalid_grant";
    case OauthErrorKind::unauthorized_client:
      return "unauthorized_client";
    case OauthErrorKind::unsupported_grant_type:
      return "unsupported_grant_type";
    case OauthErrorKind::invalid_scope:
      return "invalid_scope";
    case OauthErrorKind::server_error:
      return "server_error";
  }
  return {};
}

}  // namespace

int http_status(OauthErrorKind kind) {
  if (kind == OauthErrorKind::invalid_client) return 401;
  return kind == OauthErrorKind::server_error ? 503 : 400;
}

model::Json oauth_error_body(const OauthError& error, const OauthTrace& trace, UtcTime now) {
  model::Json body(boost::json::object_kind);
  auto& object = body.get_object();
  object["error"] = kind_text(error.kind);
  object["error_description"] = error.description;
  object["error_codes"] = boost::json::array_kind;
  object["error_codes"].get_array().emplace_back(error.code);
  object["timestamp"] = model::write_iso_time(now);
  object["trace_id"] = trace.trace_id;
  object["correlation_id"] = trace.correlation_id;
  return body;
}

}  // namespace parley::identity
