#pragma once

#include <string>

#include "model/json.hpp"

namespace parley::model {

/// Why a body was refused, in words that its author can act on.
struct BodyError {
  std::string path;  ///< of the member, e.g. ".targets[0].identity.user.id"; empty: the body itself
  std::string found;    ///< e.g. "nothing", "null", `the string "x"`
  std::string allowed;  ///< e.g. "an integer from 1 to 120"

  /// E.g. `targets[0].identity: found the number 5, allowed is an object`.
  std::string message() const;
};

/// How an error shows a value: its kind, and the value itself where it is short enough.
std::string describe_found(const Json& json);

}  // namespace parley::model
