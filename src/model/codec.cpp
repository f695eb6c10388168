#include "model/codec.hpp"

#include <charconv>

#include "base/text.hpp"
#include "model/iso_time.hpp"

namespace parley::model::codec {
namespace {

constexpr std::string_view kTypeMember = "@odata.type";
constexpr std::string_view kTypePrefix = "#microsoft.graph.";

std::string_view view(const boost::json::string& text) {
  return {text.data(), text.size()};
}

/// Whether an "@odata.type" names the type; the '#' may be missing.
bool names_type(std::string_view text, const Type& type) {
  std::string_view prefix = kTypePrefix;
  if (!text.starts_with('#')) prefix.remove_prefix(1);
  return text.size() > prefix.size() &&
         equal_ignoring_case(text.substr(0, prefix.size()), prefix) &&
         equal_ignoring_case(text.substr(prefix.size()), type.name);
}

const MemberForm* form_in(const Member& member, Dialect dialect) {
  const auto& form = member.forms[static_cast<std::size_t>(dialect)];
  return form ? &*form : nullptr;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

bool read_member(const Json& json, const Member& member, const MemberForm& form, void* object,
                 Reading& reading) {
  if (form.text_as_number && json.is_string())
    if (const auto number = number_in(view(json.get_string())))
      return member.read(Json(*number), object, reading);
  return member.read(json, object, reading);
}

bool fail_missing(Reading& reading, std::string_view name) {
  reading.error = {.path = {}, .found = "nothing", .allowed = "a value: the member is required"};
  return reading.within("." + std::string(name));
}

std::string alternatives(std::span<const Type* const> types) {
  std::string text;
  for (const Type* type : types) {
    if (!text.empty()) text += type == types.back() ? " or " : ", ";
    text += std::string(kTypePrefix) + type->name;
  }
  return text;
}

}  // namespace

const Json* find_member(const boost::json::object& object, std::string_view name) {
  if (const Json* exact = object.if_contains(name)) return exact;
  for (const auto& member : object)
    if (equal_ignoring_case({member.key().data(), member.key().size()}, name))
      return &member.value();
  return nullptr;
}

bool Reading::fail(const Json& found, std::string allowed) {
  error = {.path = {}, .found = describe_found(found), .allowed = std::move(allowed)};
  return false;
}

bool Reading::within(const std::string& path_part) {
  error.path.insert(0, path_part);
  return false;
}

std::optional<std::size_t> pick_type(const Json& json, std::span<const Type* const> types,
                                     Reading& reading) {
  const auto* object = json.if_object();
  if (!object) {
    reading.fail(json, "an object");
    return std::nullopt;
  }
  const Json* named = find_member(*object, kTypeMember);
  if (named && named->is_string())
    for (std::size_t i = 0; i < types.size(); ++i)
      if (names_type(view(named->get_string()), *types[i])) return i;
  reading.error = {.path = {},
                   .found = named ? describe_found(*named) : "nothing",
                   .allowed = alternatives(types)};
  reading.within("." + std::string(kTypeMember));
  return std::nullopt;
}

bool read_object(const Json& json, const Type& type, void* object, Reading& reading) {
  const auto* members = json.if_object();
  if (!members) return reading.fail(json, "an object");
  const Type* const self[] = {&type};
  if (type.tag == Tag::required && !pick_type(json, self, reading)) return false;
  for (const Member& member : type.members) {
    const MemberForm* form = form_in(member, reading.dialect);
    if (!form) continue;
    const Json* found = find_member(*members, form->name);
    if (!found && !member.may_be_absent) return fail_missing(reading, form->name);
    if (!found || (found->is_null() && member.may_be_absent)) continue;
    if (!read_member(*found, member, *form, object, reading))
      return reading.within("." + form->name);
  }
  return true;
}

Json write_object(const Type& type, const void* object, const WriteOptions& options) {
  boost::json::object out;
  out.reserve(type.members.size() + 1);
  if (type.tag != Tag::none) out.emplace(kTypeMember, std::string(kTypePrefix) + type.name);
  for (const Member& member : type.members) {
    const MemberForm* form = form_in(member, options.dialect);
    if (!form) continue;
    Json value;
    const Presence presence = member.write(object, options, value);
    if (presence != Presence::present) {
      if (options.absent == AbsentMembers::omit || !form->null_when_absent) continue;
      if (presence == Presence::empty_list) value = boost::json::array();
    } else if (form->number_as_text && value.is_int64()) {
      value = std::to_string(value.get_int64());
    }
    out.emplace(form->name, std::move(value));
  }
  return Json(std::move(out));
}

bool read_enum(const Json& json, const Enumeration& enumeration, std::int64_t& value,
               Reading& reading) {
  if (const auto* text = json.if_string()) {
    for (const Enumerator& enumerator : enumeration) {
      if (!equal_ignoring_case(enumerator.name, view(*text))) continue;
      value = enumerator.value;
      return true;
    }
  }
  std::string allowed = "one of";
  for (const Enumerator& enumerator : enumeration)
    allowed += (&enumerator == &enumeration.front() ? " " : ", ") + enumerator.name;
  return reading.fail(json, allowed);
}

std::string_view name_of(const Enumeration& enumeration, std::int64_t value) {
  for (const Enumerator& enumerator : enumeration)
    if (enumerator.value == value) return enumerator.name;
  assert(false && "a value outside its enumeration");
  return {};
}

bool read_value(const Json& json, bool& value, Reading& reading) {
  if (!json.is_bool()) return reading.fail(json, "true or false");
  value = json.get_bool();
  return true;
}

bool read_value(const Json& json, std::string& value, Reading& reading) {
  if (!json.is_string()) return reading.fail(json, "a string");
  value = view(json.get_string());
  return true;
}

bool read_value(const Json& json, UtcTime& value, Reading& reading) {
  const auto time =
      json.is_string() ? parse_iso_time(view(json.get_string())) : std::optional<UtcTime>();
  if (!time) return reading.fail(json, "a time such as \"2026-01-31T08:05:09Z\"");
  value = *time;
  return true;
}

bool read_value(const Json& json, Uuid& value, Reading& reading) {
  const auto uuid = json.is_string() ? Uuid::parse(view(json.get_string())) : std::optional<Uuid>();
  if (!uuid) return reading.fail(json, "a UUID");
  value = *uuid;
  return true;
}

bool read_value(const Json& json, Json& value, Reading&) {
  value = json;
  return true;
}

bool read_integer(const Json& json, std::int64_t& value, std::int64_t least, std::int64_t most,
                  Reading& reading) {
  if (!json.is_int64() || json.get_int64() < least || json.get_int64() > most)
    return reading.fail(json,
                        "an integer from " + std::to_string(least) + " to " + std::to_string(most));
  value = json.get_int64();
  return true;
}

Json write_value(const std::string& value, const WriteOptions&) {
  return Json(value);
}

Json write_value(UtcTime value, const WriteOptions&) {
  return Json(write_iso_time(value));
}

Json write_value(const Uuid& value, const WriteOptions&) {
  return Json(value.text());
}

void add_member(Type& type, std::string_view cpp_name, Member member) {
  const std::string name = json_name(cpp_name);
  for (std::size_t i = 0; i < kDialectCount; ++i)
    member.forms[i] = member_form(type.name, name, static_cast<Dialect>(i));
  type.members.push_back(std::move(member));
}

}  // namespace parley::model::codec
