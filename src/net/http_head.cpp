#include "net/http_head.hpp"

#include <charconv>

#include "net/http_text.hpp"

namespace parley::net {
namespace {

constexpr std::size_t kMaxFields = 200;

using Error = HttpParseError;

/// The text before the next CRLF, which is removed with it. The scanner has checked that there is
/// one.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

/// `HTTP/1.0` and `HTTP/1.1` give 0 and 1.
Result<int, Error> parse_version(std::string_view text) {
  if (text == "HTTP/1.1") return 1;
  if (text == "HTTP/1.0") return 0;
  const bool shaped = text.size() == 8 && text.starts_with("HTTP/") && text[6] == '.';
  return Failure{shaped ? Error::unsupported_version : Error::malformed};
}

/// RFC 9112 §5. A field line that begins with a space is obsolete folding: refused with the rest.
Result<HttpHeaders, Error> parse_fields(std::string_view rest) {
  HttpHeaders headers;
  while (!rest.starts_with("\r\n")) {
    const std::string_view line = take_line(rest);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
      return Failure{Error::malformed};
    const std::string_view value = trim_whitespace(line.substr(colon + 1));
    if (!is_field_value(value)) return Failure{Error::malformed};
    if (headers.fields().size() == kMaxFields) return Failure{Error::headers_too_large};
    headers.add(std::string(line.substr(0, colon)), std::string(value));
  }
  return headers;
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// RFC 9112 §6.3, with every ambiguity refused: two lengths (equal ones too), length beside a
/// transfer coding, a coding in HTTP/1.0, a coding other than `chunked` alone. `otherwise` when
/// neither is there.
Result<HttpFraming, Error> parse_framing(const HttpHeaders& headers, int minor_version,
                                         HttpFraming::Kind otherwise) {
  const std::size_t lengths = headers.count("content-length");
  const std::size_t codings = headers.count("transfer-encoding");
  if (lengths + codings > 1) return Failure{Error::malformed};
  if (codings == 1) {
    if (minor_version == 0) return Failure{Error::malformed};
    if (!equals_ignoring_case(*headers.get("transfer-encoding"), "chunked"))
      return Failure{Error::unsupported_coding};
    return HttpFraming{HttpFraming::Kind::chunked, 0};
  }
  if (lengths == 0) return HttpFraming{otherwise, 0};
  const auto length = parse_length(*headers.get("content-length"));
  if (!length) return Failure{Error::malformed};
  return HttpFraming{*length == 0 ? HttpFraming::Kind::none : HttpFraming::Kind::length, *length};
}

bool keeps_alive(const HttpHeaders& headers, int minor_version) {
  if (headers.has_token("connection", "close")) return false;
  return minor_version == 1 || headers.has_token("connection", "keep-alive");
}

/// RFC 9112 §3.2: origin form as it is, absolute form cut to origin form, `*`. Authority form is
/// CONNECT's, which we don't serve.
std::optional<std::string> origin_form(std::string_view target) {
  for (const char c : target)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F)
      return std::nullopt;
  if (target == "*" || target.starts_with('/')) return std::string(target);
  const std::size_t scheme = target.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  if (!equals_ignoring_case(target.substr(0, scheme), "http") &&
      !equals_ignoring_case(target.substr(0, scheme), "https"))
    return std::nullopt;
  const std::size_t path = target.find_first_of("/?", scheme + 3);
  if (path == std::string_view::npos) return "/";
  const std::string rest(target.substr(path));
  return rest.starts_with('?') ? "/" + rest : rest;
}

std::optional<Error> parse_request_line(std::string_view line, HttpRequest& request) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Error::malformed;
  const auto version = parse_version(line.substr(last + 1));
  if (!version) return version.error();
  auto target = origin_form(line.substr(first + 1, last - first - 1));
  if (!target || !is_token(line.substr(0, first))) return Error::malformed;
  request.method = line.substr(0, first);
  request.target = std::move(*target);
  request.minor_version = *version;
  return std::nullopt;
}

}  // namespace

int status_of(HttpParseError error) {
  switch (error) {
    case Error::malformed:
      return 400;
    case Error::line_too_long:
      return 414;
    case Error::headers_too_large:
      return 431;
    case Error::body_too_large:
      return 413;
    case Error::unsupported_coding:
      return 501;
    case Error::unsupported_version:
      return 505;
  }
  return 400;
}

std::optional<HttpParseError> HttpHeadScanner::over_limit(std::size_t position) const {
  if (first_line_ == 0) {
    if (position > limits_.line + 2) return Error::line_too_long;
  } else if (position - first_line_ > limits_.headers + 2) {
    return Error::headers_too_large;
  }
  return std::nullopt;
}

Result<std::optional<std::size_t>, HttpParseError> HttpHeadScanner::scan(std::string_view buffer) {
  while (true) {
    const std::size_t found = buffer.find_first_of("\r\n", position_);
    // A CR as the last byte waits for its LF.
    if (found == std::string_view::npos || found + 1 == buffer.size()) {
      if (found != std::string_view::npos && buffer[found] == '\n')
        return Failure{Error::malformed};
      position_ = found == std::string_view::npos ? buffer.size() : found;
      if (const auto error = over_limit(position_)) return Failure{*error};
      return std::optional<std::size_t>{};
    }
    if (buffer[found] != '\r' || buffer[found + 1] != '\n') return Failure{Error::malformed};
    position_ = found + 2;
    if (const auto error = over_limit(position_)) return Failure{*error};
    if (found == line_start_) {
      if (first_line_ == 0) return Failure{Error::malformed};
      return std::optional<std::size_t>{position_};
    }
    line_start_ = position_;
    if (first_line_ == 0) first_line_ = position_;
  }
}

Result<HttpRequestHead, HttpParseError> parse_request_head(std::string_view head) {
  HttpRequestHead result;
  HttpRequest& request = result.request;
  if (const auto error = parse_request_line(take_line(head), request)) return Failure{*error};
  auto headers = parse_fields(head);
  if (!headers) return Failure{headers.error()};
  request.headers = std::move(*headers);
  const std::size_t hosts = request.headers.count("host");
  if (hosts > 1 || (hosts == 0 && request.minor_version == 1)) return Failure{Error::malformed};
  const auto framing =
      parse_framing(request.headers, request.minor_version, HttpFraming::Kind::none);
  if (!framing) return Failure{framing.error()};
  result.framing = *framing;
  result.keep_alive = keeps_alive(request.headers, request.minor_version);
  result.expects_continue =
      request.minor_version == 1 && request.headers.has_token("expect", "100-continue");
  return result;
}

Result<HttpResponseHead, HttpParseError> parse_response_head(std::string_view head, bool to_head) {
  const std::string_view line = take_line(head);
  // HTTP/1.1 SP 200 [SP reason], RFC 9112 §4.
  const auto version = parse_version(line.substr(0, 8));
  if (!version) return Failure{version.error()};
  const auto status =
      line.size() >= 12 && line[8] == ' ' ? parse_length(line.substr(9, 3)) : std::nullopt;
  if (!status || *status < 100 || (line.size() > 12 && line[12] != ' '))
    return Failure{Error::malformed};
  auto headers = parse_fields(head);
  if (!headers) return Failure{headers.error()};
  HttpResponseHead result;
  result.status = static_cast<int>(*status);
  result.headers = std::move(*headers);
  result.keep_alive = keeps_alive(result.headers, *version);
  const bool bodiless =
      to_head || result.status < 200 || result.status == 204 || result.status == 304;
  if (bodiless) return result;
  const auto framing = parse_framing(result.headers, *version, HttpFraming::Kind::until_close);
  if (!framing) return Failure{framing.error()};
  result.framing = *framing;
  return result;
}

}  // namespace parley::net
