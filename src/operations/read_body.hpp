#pragma once

#include "model/request_types.hpp"
#include "operations/api_error.hpp"

namespace parley::operations {

/// The body of an action, checked; the error names the member's path, what was found and what is
/// allowed.
template <class Body>
Result<Body, ApiError> read_body(const Request& request) {
  if (!request.body) return Failure{request.body.error()};
  auto body = model::read_request<Body>(*request.body, request.dialect);
  if (!body) return Failure{bad_body(body.error())};
  return std::move(*body);
}

}  // namespace parley::operations
