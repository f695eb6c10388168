#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/body_error.hpp"
#include "model/dialect.hpp"
#include "model/json.hpp"

namespace parley::model {

enum class AbsentMembers {
  omit,  ///< leave them out: notifications
  null,  ///< write null, and [] for an empty list: answers to requests, as Graph's examples show
};

struct WriteOptions {
  Dialect dialect = Dialect::v1_0;
  AbsentMembers absent = AbsentMembers::omit;
};

// Each type of the *_types.hpp headers has these functions, instantiated in its .cpp; so do the
// variants that are named there (MediaConfig, MeetingInfo, Operation …).
//
// How a member's C++ type maps:
//   T                    required when read. bool, std::int32_t, std::int64_t, std::string, UtcTime
//   (ISO
//                        8601), ids (UUID), a described enum or struct, Json (as it is)
//   std::optional<T>     may be absent or null
//   std::vector<T>       absent and null read as empty
//   Defaulted<value>     absent and null read as the value
//   std::variant<T...>   of structs, told apart by "@odata.type"
// Names are those of C++ in camel case; names.cpp lists the exceptions and what a dialect lacks.

/// The JSON of a value; "@odata.type" first where Graph knows the type.
template <class T>
Json to_json(const T& value, const WriteOptions& options);

/// The elements as a JSON array, e.g. for `{"value": …}` or a roster.
template <class T>
Json list_to_json(const std::vector<T>& values, const WriteOptions& options);

/// Reads a body. Unknown members are ignored, member names and enum values match without regard to
/// case; a wrong type, a missing required member and an unknown enum value are errors.
template <class T>
Result<T, BodyError> from_json(const Json& json, Dialect dialect);

/// The JSON name of an enumerator of graph_enums.hpp, e.g. "transferAccepted".
template <class E>
std::string_view enum_name(E value);

/// The enumerator of that name in any case; nullopt if there is none.
template <class E>
std::optional<E> enum_from_name(std::string_view name);

/// A member of a request that has this value when it is absent or null.
template <auto kDefault>
struct Defaulted {
  using rep = decltype(kDefault);

  Defaulted(rep given = kDefault) : value(given) {}
  operator rep() const { return value; }

  rep value;
};

}  // namespace parley::model
