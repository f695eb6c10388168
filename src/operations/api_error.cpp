#include "operations/api_error.hpp"

#include "model/describe.hpp"
#include "model/graph_error.hpp"

namespace parley::operations {
namespace {

std::string list(std::span<const calling::CallState> states) {
  std::string text;
  for (const calling::CallState state : states) {
    if (!text.empty()) text += ", ";
    text += model::enum_name(state);
  }
  return text;
}

}  // namespace

ApiError call_not_found() {
  return {404, "8522", "Call not found. It has ended, or it is not a call of this application."};
}

ApiError operation_not_found(OperationId operation) {
  return {404, "8522",
          "Operation " + to_text(operation) +
              " not found: the call has no such operation. Operations live as long as their call."};
}

ApiError refused(const calling::Refusal& refusal) {
  if (refusal.limit != 0)
    return {
        429, "TooManyRequests",
        "The call has " + std::to_string(refusal.limit) +
            " operations that play, record or wait already; wait for one to end, or cancel them "
            "with cancelMediaProcessing."};
  return {409, "invalidCallState",
          "The call is " + std::string(model::enum_name(refusal.state)) +
              "; this action is possible while it is " + list(refusal.allowed) + "."};
}

ApiError missing_permission(std::span<const identity::Role> any_of,
                            const identity::Principal& principal) {
  std::string roles;
  for (const identity::Role role : any_of) {
    if (!roles.empty()) roles += " or ";
    roles += identity::role_name(role);
  }
  const std::string application = to_text(principal.application);
  const std::string tenant = to_text(principal.tenant);
  return {403, "7504",
          "Application " + application + " lacks the permission " + roles + " in tenant " + tenant +
              ". An administrator grants it with: parley app grant " + application + " " +
              std::string(identity::role_name(any_of.front())) + " --tenant " + tenant};
}

ApiError bad_request(std::string message) {
  return {400, "BadRequest", std::move(message)};
}

ApiError bad_body(const model::BodyError& error) {
  return bad_request(error.message());
}

ApiError unauthenticated(std::string why) {
  ApiError error{401, "InvalidAuthenticationToken", std::move(why)};
  error.headers.emplace_back("WWW-Authenticate",
                             "Bearer realm=\"parley\", error=\"invalid_token\"");
  return error;
}

ApiError unknown_path(std::string_view path) {
  return {404, "ResourceNotFound",
          "There is no resource at " + std::string(path) +
              ". Calls are at /v1.0/communications/calls and /beta/communications/calls."};
}

ApiError method_not_allowed(std::string_view path, std::string_view allowed) {
  ApiError error{
      405, "MethodNotAllowed",
      std::string(path) + " does not take this method. It takes " + std::string(allowed) + "."};
  error.headers.emplace_back("Allow", allowed);
  return error;
}

ApiError unsupported_media_type(std::string_view found) {
  return {415, "UnsupportedMediaType",
          "The body is " + (found.empty() ? "of no stated type" : std::string(found)) +
              "; send Content-Type: application/json."};
}

ApiError not_implemented(std::string_view what) {
  return {501, "NotImplemented",
          std::string(what) + " is not implemented by this version of Parley."};
}

ApiError query_option_not_implemented(std::string_view option, std::string_view operation) {
  return not_implemented("The query option " + std::string(option) + " of " +
                         std::string(operation));
}

ApiError unavailable(std::string why, int retry_after_seconds) {
  ApiError error{503, "serviceNotAvailable", std::move(why)};
  error.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
  return error;
}

ApiError overloaded() {
  return unavailable("The server is overloaded");
}

ApiError internal_error() {
  return {500, "9999", "Internal error. The server's log has the details under this request-id."};
}

Reply error_reply(const ApiError& error, UtcTime now, std::string_view request_id,
                  std::string_view client_request_id) {
  Reply reply;
  reply.status = error.status;
  reply.headers = error.headers;
  reply.body = model::write_graph_error({.code = error.code,
                                         .message = error.message,
                                         .date = now,
                                         .request_id = std::string(request_id),
                                         .client_request_id = std::string(client_request_id)});
  return reply;
}

}  // namespace parley::operations
