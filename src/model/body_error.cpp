#include "model/body_error.hpp"

namespace parley::model {
namespace {

constexpr std::size_t kShownBytes = 64;

/// Cuts before a UTF-8 sequence would be split.
std::string shortened(std::string_view text) {
  if (text.size() <= kShownBytes) return std::string(text);
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace

std::string BodyError::message() const {
  const std::string where = path.empty() ? "the body" : path.substr(path.front() == '.' ? 1 : 0);
  return where + ": found " + found + ", allowed is " + allowed;
}

std::string describe_found(const Json& json) {
  switch (json.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return json.get_bool() ? "true" : "false";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return "the number " + write_json(json);
    case boost::json::kind::string:
      return "the string \"" + shortened({json.get_string().data(), json.get_string().size()}) +
             "\"";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
  }
  return "nothing";
}

}  // namespace parley::model
