#pragma once

#include <span>
#include <string>

#include "identity/roles.hpp"
#include "model/body_error.hpp"
#include "operations/request.hpp"

/// Every refusal of the API, as the contract's §11 rules: the only place that knows statuses and
/// codes.
namespace parley::operations {

/// 404 8522: no such call, another application's or tenant's, or over; the answer does not tell
/// which.
ApiError call_not_found();
ApiError operation_not_found(OperationId operation);
/// 409 invalidCallState, naming the call's state and those that allow the action; 429
/// TooManyRequests at a limit.
ApiError refused(const calling::Refusal& refusal);
/// 403 7504, naming the roles (any one suffices), the tenant and the command that grants it.
ApiError missing_permission(std::span<const identity::Role> any_of,
                            const identity::Principal& principal);
/// 400 BadRequest.
ApiError bad_request(std::string message);
ApiError bad_body(const model::BodyError& error);
/// 401 InvalidAuthenticationToken with WWW-Authenticate.
ApiError unauthenticated(std::string why);
/// 404 ResourceNotFound: no path like this.
ApiError unknown_path(std::string_view path);
/// 405 MethodNotAllowed with Allow.
ApiError method_not_allowed(std::string_view path, std::string_view allowed);
/// 415 UnsupportedMediaType.
ApiError unsupported_media_type(std::string_view found);
/// 501 NotImplemented, naming what is not there yet.
ApiError not_implemented(std::string_view what);
/// 501 NotImplemented for an option of OData, e.g. `$expand`, that the operation does not take.
ApiError query_option_not_implemented(std::string_view option, std::string_view operation);
/// What a client is told to wait when this server has more to do than it can.
inline constexpr int kRetryAfterSeconds = 5;
/// 503 serviceNotAvailable with Retry-After.
ApiError unavailable(std::string why, int retry_after_seconds = kRetryAfterSeconds);
/// The same, of a queue that is full.
ApiError overloaded();
/// 500 9999.
ApiError internal_error();

/// The answer in Graph's envelope.
Reply error_reply(const ApiError& error, UtcTime now, std::string_view request_id,
                  std::string_view client_request_id);

}  // namespace parley::operations
