#include "operations/directory/body_members.hpp"

#include "model/body_error.hpp"
#include "model/iso_time.hpp"
#include "operations/api_error.hpp"

namespace parley::operations::directory {

const model::Json* BodyMembers::find(std::string_view name) const {
  const model::Json* const value = object_->if_contains({name.data(), name.size()});
  return value && !value->is_null() ? value : nullptr;
}

bool BodyMembers::has(std::string_view name) const {
  return object_->contains({name.data(), name.size()});
}

std::optional<std::string> BodyMembers::read_text(std::string_view name, bool required) {
  const model::Json* const value = find(name);
  const auto* const text = value ? value->if_string() : nullptr;
  if (text) return std::string(text->data(), text->size());
  if (value || required) fail(name, "a text", value);
  return std::nullopt;
}

Uuid BodyMembers::required_uuid(std::string_view name) {
  const auto uuid = Uuid::parse(read_text(name, true).value_or(""));
  if (!uuid) fail(name, "a UUID", find(name));
  return uuid.value_or(Uuid{});
}

std::optional<UtcTime> BodyMembers::time(std::string_view name) {
  const auto text = read_text(name, false);
  if (!text) return std::nullopt;
  const auto parsed = model::parse_iso_time(*text);
  if (!parsed) fail(name, "a time such as 2030-01-31T08:00:00Z", find(name));
  return parsed;
}

std::optional<BodyMembers> BodyMembers::object(std::string_view name) {
  const model::Json* const value = find(name);
  if (!value) return std::nullopt;
  const auto* const object = value->if_object();
  if (!object) {
    fail(name, "an object", value);
    return std::nullopt;
  }
  return BodyMembers(object, path_ + std::string(name) + ".");
}

void BodyMembers::refuse(std::string_view name, std::string_view why) {
  if (!error_) error_ = bad_request(path_ + std::string(name) + ": " + std::string(why) + ".");
}

void BodyMembers::adopt(const BodyMembers& inner) {
  if (!error_) error_ = inner.error_;
}

void BodyMembers::fail(std::string_view name, std::string_view allowed, const model::Json* found) {
  if (error_) return;
  error_ = bad_body({.path = "." + path_ + std::string(name),
                     .found = found ? model::describe_found(*found) : "nothing",
                     .allowed = std::string(allowed)});
}

}  // namespace parley::operations::directory
