#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "model/json.hpp"

namespace parley::identity {

/// The errors of RFC 6749 §5.2 that the token endpoint gives.
enum class OauthErrorKind {
  invalid_request,
  invalid_client,
  invalid_grant,
  unauthorized_client,
  unsupported_grant_type,
  invalid_scope,
  server_error,
};

struct OauthError {
  OauthErrorKind kind = OauthErrorKind::invalid_request;
  std::int32_t code = 0;    ///< Azure AD's number of the case, which its libraries look at
  std::string description;  ///< cause and remedy
};

/// 401 for invalid_client (RFC 6749 §5.2), 503 for server_error, else 400.
int http_status(OauthErrorKind kind);

/// What ties an answer to a log line.
struct OauthTrace {
  std::string trace_id;
  std::string correlation_id;  ///< the client's `client-request-id`
};

/// `{error, error_description, error_codes, timestamp, trace_id, correlation_id}`.
model::Json oauth_error_body(const OauthError& error, const OauthTrace& trace, UtcTime now);

}  // namespace parley::identity
