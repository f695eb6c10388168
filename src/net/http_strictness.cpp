#include "net/http_strictness.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace parley::net {
namespace {

using Error = HttpParseError;

constexpr std::size_t kMaxField = 65'533;

bool is_token_char(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_scheme(std::string_view text) {
  return equal_ignoring_case(text, "http") || equal_ignoring_case(text, "https");
}

}  // namespace

std::optional<HttpParseError> HttpHeadScanner::over_limit() const {
  if (first_line_ == 0) {
    if (position_ > limits_.line + 2) return Error::line_too_long;
  } else if (position_ - first_line_ > limits_.headers + 2) {
    return Error::headers_too_large;
  }
  return std::nullopt;
}

/// `position_` is behind the CRLF of the line that begins at `line_start_`.
std::optional<HttpParseError> HttpHeadScanner::end_line(std::string_view buffer) {
  const char first = buffer[line_start_];
  if (first == ' ' || first == '\t') return Error::malformed;  // Obsolete folding, §5.2.
  if (const auto error = over_limit()) return error;
  line_start_ = position_;
  if (first_line_ == 0) first_line_ = position_;
  return std::nullopt;
}

Result<std::optional<std::size_t>, HttpParseError> HttpHeadScanner::scan(std::string_view buffer) {
  while (true) {
    const std::size_t found = buffer.find_first_of("\r\n", position_);
    if (found != std::string_view::npos && buffer[found] == '\n') return Failure{Error::malformed};
    // A CR as the last byte waits for its LF.
    if (found == std::string_view::npos || found + 1 == buffer.size()) {
      position_ = std::min(found, buffer.size());
      if (const auto error = over_limit()) return Failure{*error};
      return std::optional<std::size_t>{};
    }
    if (buffer[found + 1] != '\n') return Failure{Error::malformed};
    position_ = found + 2;
    const bool empty = found == line_start_;
    if (empty && first_line_ == 0) return Failure{Error::malformed};
    if (const auto error = end_line(buffer)) return Failure{*error};
    if (empty) return std::optional<std::size_t>{position_};
  }
}

std::optional<HttpParseError> check_framing(const HttpHeaders& headers, int minor_version) {
  const auto length = headers.get("content-length");
  const auto coding = headers.get("transfer-encoding");
  if (headers.count("content-length") + headers.count("transfer-encoding") > 1)
    return Error::malformed;
  if (length && length->find_first_not_of("0123456789") != std::string_view::npos)
    return Error::malformed;
  if (coding && minor_version == 0) return Error::malformed;
  if (coding && !equal_ignoring_case(*coding, "chunked")) return Error::unsupported_coding;
  return std::nullopt;
}

bool has_right_host(const HttpHeaders& headers, int minor_version) {
  const std::size_t hosts = headers.count("host");
  return hosts == 1 || (hosts == 0 && minor_version == 0);
}

std::optional<std::string> origin_form(std::string_view target) {
  for (const char c : target)
    if (static_cast<unsigned char>(c) >= 0x7F) return std::nullopt;
  if (target == "*" || target.starts_with('/')) return std::string(target);
  const std::size_t scheme = target.find("://");
  if (scheme == std::string_view::npos || !is_scheme(target.substr(0, scheme))) return std::nullopt;
  const std::size_t path = target.find_first_of("/?", scheme + 3);
  if (path == std::string_view::npos) return "/";
  const std::string rest(target.substr(path));
  return rest.starts_with('?') ? "/" + rest : rest;
}

HttpParseError version_error(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  const bool shaped = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.';
  const bool known = version == "HTTP/1.0" || version == "HTTP/1.1";
  return shaped && !known ? Error::unsupported_version : Error::malformed;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

/// Visible characters, spaces, tabs and obs-text; no control character.
bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

bool is_field(std::string_view name, std::string_view value) {
  return std::max(name.size(), value.size()) <= kMaxField && is_token(name) &&
         is_field_value(value);
}

}  // namespace parley::net
