#include "operations/http_fields.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse_query.hpp>
#include <charconv>

#include "base/text.hpp"
#include "model/names.hpp"
#include "operations/api_error.hpp"

namespace parley::operations {

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const std::string_view token = trim_whitespace(authorization.substr(kScheme.size()));
  if (token.empty()) return std::nullopt;
  return token;
}

Result<model::Json, ApiError> read_json_body(std::string_view content_type, std::string_view body) {
  if (body.empty()) return model::Json(boost::json::object());
  const std::string_view type = trim_whitespace(content_type.substr(0, content_type.find(';')));
  if (!equal_ignoring_case(type, "application/json")) return Failure{unsupported_media_type(type)};
  auto json = model::parse_json(body);
  if (!json)
    return Failure{bad_request("The body is not JSON: " + json.error().message + " at byte " +
                               std::to_string(json.error().offset) + ".")};
  return std::move(*json);
}

Result<QueryParameters, ApiError> read_query(std::string_view query) {
  QueryParameters parameters;
  if (query.empty()) return parameters;
  const auto parsed = boost::urls::parse_query({query.data(), query.size()});
  if (!parsed) return Failure{bad_request("The query of the URL is malformed.")};
  boost::urls::encoding_opts plus_is_space;
  plus_is_space.space_as_plus = true;
  for (const boost::urls::param_pct_view& option : *parsed)
    parameters.emplace_back(option.key.decode(plus_is_space), option.value.decode(plus_is_space));
  return parameters;
}

Result<std::size_t, ApiError> read_number(std::string_view name, std::string_view text,
                                          NumberRange allowed) {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && stop == end && number >= allowed.least && number <= allowed.most)
    return number;
  return Failure{bad_request(std::string(name) + ": found " + std::string(text) +
                             ", allowed is a number from " + std::to_string(allowed.least) +
                             " to " + std::to_string(allowed.most))};
}

}  // namespace parley::operations
