#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operations/request.hpp"

/// The parts of an HTTP request that calls, the directory and recordings read in the same way.
namespace parley::operations {

/// The token of `Authorization: Bearer TOKEN`; nothing if it is another scheme or has no token.
/// The scheme is compared without case (RFC 9110 §11.1).
std::optional<std::string_view> bearer_token(std::string_view authorization);

/// The body as JSON, an empty object when there is none; 415 when it is of another type than
/// `application/json` (compared without case and parameters, RFC 9110 §8.3.1), 400 when it is
/// malformed.
Result<model::Json, ApiError> read_json_body(std::string_view content_type, std::string_view body);

/// The parameters of the URL's query, decoded, in their order.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;
Result<QueryParameters, ApiError> read_query(std::string_view query);

struct NumberRange {
  std::size_t least = 0;
  std::size_t most = 1'000'000'000;
};

/// A parameter's value as a decimal number; 400 names the parameter and the range.
Result<std::size_t, ApiError> read_number(std::string_view name, std::string_view text,
                                          NumberRange allowed = {});

}  // namespace parley::operations
