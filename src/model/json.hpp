#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace parley::model {

/// A JSON value (RFC 8259). Beware: `Json{x}` makes an array of x; write `Json(x)`.
using Json = boost::json::value;

/// Objects and arrays inside one another; a deeper text is refused (api-contract §11).
inline constexpr std::size_t kMaxJsonDepth = 64;

struct JsonError {
  std::string message;     ///< what is wrong, e.g. `the member "id" occurs twice`
  std::size_t offset = 0;  ///< bytes from the start of the text, where it was noticed
};

/// Reads one JSON text. Stricter than most readers, because what two readers take differently is a
/// way in: refuses duplicate members, NaN, a byte order mark, unpaired surrogates, invalid UTF-8,
/// comments, trailing commas, text after the value, and more than kMaxJsonDepth levels.
Result<Json, JsonError> parse_json(std::string_view text);

/// Compact JSON. Numbers are written as people write them: 0.5 and not 5E-1.
std::string write_json(const Json& json);

}  // namespace parley::model
