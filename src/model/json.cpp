#include "model/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <vector>

namespace parley::model {
namespace {

namespace json = boost::json;

/// Builds the value as Boost's own handler does; exact in its numbers, and counts the members.
struct StrictHandler {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  StrictHandler() { values.reset(); }

  json::value_stack values;
  std::size_t members = 0;  ///< those of all objects, duplicates included

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t count, json::error_code&) {
    members += count;
    values.push_object(count);
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t count, json::error_code&) {
    values.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    values.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    values.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    values.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    values.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view text, json::error_code& error) {
    // Boost 1.81 may be off by the last bits; the text is whole, because the buffer is.
    double exact = number;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), exact);
    if (end.ec == std::errc() && end.ptr == text.data() + text.size()) number = exact;
    if (!std::isfinite(number)) {
      error = json::make_error_code(json::error::exponent_overflow);
      return false;
    }
    values.push_double(number);
    return true;
  }
  bool on_bool(bool value, json::error_code&) {
    values.push_bool(value);
    return true;
  }
  bool on_null(json::error_code&) {
    values.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

/// Slower: stops at the end of an object in which a member occurs twice, and names it.
struct DuplicateHandler : StrictHandler {
  std::vector<std::vector<std::string>> open_objects;  ///< the keys seen in each
  std::string key;
  std::string duplicate;

  bool on_object_begin(json::error_code&) {
    open_objects.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t count, json::error_code& error) {
    auto keys = std::move(open_objects.back());
    open_objects.pop_back();
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice == keys.end()) return StrictHandler::on_object_end(count, error);
    duplicate = *twice;
    error = json::make_error_code(json::error::syntax);
    return false;
  }
  bool on_key_part(json::string_view part, std::size_t size, json::error_code& error) {
    key.append(part.data(), part.size());
    return StrictHandler::on_key_part(part, size, error);
  }
  bool on_key(json::string_view part, std::size_t size, json::error_code& error) {
    key.append(part.data(), part.size());
    open_objects.back().push_back(std::exchange(key, {}));
    return StrictHandler::on_key(part, size, error);
  }
};

json::parse_options strict_options() {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  return options;
}

/// Of an object in which a member occurs twice the last one is kept.
std::size_t members_kept(const Json& value) {
  std::size_t count = 0;
  if (const auto* array = value.if_array()) {
    for (const Json& item : *array) count += members_kept(item);
  } else if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += members_kept(member.value());
  }
  return count;
}

JsonError duplicate_in(std::string_view text) {
  json::basic_parser<DuplicateHandler> parser(strict_options());
  json::error_code error;
  const std::size_t consumed = parser.write_some(false, text.data(), text.size(), error);
  return {"the member \"" + parser.handler().duplicate + "\" occurs twice", consumed};
}

void write_value(const Json& value, std::string& out);

void write_string(std::string_view text, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0xF];
    } else {
      out += c;
    }
  }
  out += '"';
}

void write_double(double number, std::string& out) {
  if (!std::isfinite(number)) {  // JSON has no such numbers (RFC 8259 §6)
    out += "null";
    return;
  }
  if (number == 0) {  // also for -0, which reads back as an integer
    out += '0';
    return;
  }
  const double size = std::abs(number);
  const bool plain = size >= 1e-6 && size < 1e15;
  char buffer[64];
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), number, format);
  out.append(buffer, end.ptr);
}

void write_object(const json::object& object, std::string& out) {
  char separator = '{';
  for (const auto& member : object) {
    out += separator;
    separator = ',';
    write_string({member.key().data(), member.key().size()}, out);
    out += ':';
    write_value(member.value(), out);
  }
  out += object.empty() ? "{}" : "}";
}

void write_array(const json::array& array, std::string& out) {
  char separator = '[';
  for (const auto& item : array) {
    out += separator;
    separator = ',';
    write_value(item, out);
  }
  out += array.empty() ? "[]" : "]";
}

void write_value(const Json& value, std::string& out) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      return;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case json::kind::int64:
      out += std::to_string(value.get_int64());
      return;
    case json::kind::uint64:
      out += std::to_string(value.get_uint64());
      return;
    case json::kind::double_:
      return write_double(value.get_double(), out);
    case json::kind::string:
      return write_string({value.get_string().data(), value.get_string().size()}, out);
    case json::kind::array:
      return write_array(value.get_array(), out);
    case json::kind::object:
      return write_object(value.get_object(), out);
  }
}

std::string message_for(const json::error_code& error) {
  if (error == json::error::too_deep)
    return "more than " + std::to_string(kMaxJsonDepth) + " levels of objects and arrays";
  if (error == json::error::incomplete) return "the text ends within a value";
  if (error == json::error::extra_data) return "text after the end of the value";
  return error.message();
}

}  // namespace

Result<Json, JsonError> parse_json(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) return Failure{JsonError{"a byte order mark", 0}};
  json::basic_parser<StrictHandler> parser(strict_options());
  json::error_code error;
  std::size_t consumed = parser.write_some(false, text.data(), text.size(), error);
  // The parser stops after the first value; only white space may follow it (RFC 8259 §2).
  if (!error) {
    consumed = std::min(text.find_first_not_of(" \t\r\n", consumed), text.size());
    if (consumed < text.size()) error = json::make_error_code(json::error::extra_data);
  }
  if (error) return Failure{JsonError{message_for(error), consumed}};
  const std::size_t members = parser.handler().members;
  Json value = parser.handler().values.release();
  if (members_kept(value) != members) return Failure{duplicate_in(text)};
  return value;
}

std::string write_json(const Json& json) {
  std::string out;
  write_value(json, out);
  return out;
}

}  // namespace parley::model
