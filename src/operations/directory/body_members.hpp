#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "model/json.hpp"
#include "operations/request.hpp"

namespace parley::operations::directory {

/// Reads the members of one body. The first offence is kept; readers after it answer absent values,
/// so that a handler reads all it wants and asks once. Absent and null are the same.
class BodyMembers {
 public:
  /// `body` must outlive the reader.
  explicit BodyMembers(const boost::json::object& body) : BodyMembers(&body, "") {}

  /// A text, or empty when it is absent; an error when `required`.
  std::string text(std::string_view name) { return read_text(name, false).value_or(""); }
  std::string required_text(std::string_view name) { return read_text(name, true).value_or(""); }
  std::optional<std::string> optional_text(std::string_view name) { return read_text(name, false); }
  /// Of a member that must be there.
  Uuid required_uuid(std::string_view name);
  std::optional<UtcTime> time(std::string_view name);
  /// The object of that name as members of their own; absent when it is not there.
  std::optional<BodyMembers> object(std::string_view name);
  /// Whether the member is there, null included: how PATCH tells "take away" from "leave".
  bool has(std::string_view name) const;

  /// Says that a member's value won't do, and why.
  void refuse(std::string_view name, std::string_view why);
  /// Takes over what `inner`, an object of this body, found wrong.
  void adopt(const BodyMembers& inner);
  const std::optional<ApiError>& error() const { return error_; }

 private:
  BodyMembers(const boost::json::object* object, std::string path)
      : object_(object), path_(std::move(path)) {}
  const model::Json* find(std::string_view name) const;
  std::optional<std::string> read_text(std::string_view name, bool required);
  void fail(std::string_view name, std::string_view allowed, const model::Json* found);

  const boost::json::object* object_;
  std::string path_;  ///< of this object in the body, with a dot at its end
  std::optional<ApiError> error_;
};

}  // namespace parley::operations::directory
