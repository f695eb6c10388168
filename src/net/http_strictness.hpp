#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_message.hpp"
#include "net/http_parse_error.hpp"

/// What Beast's parser (Boost 1.81) lets pass and we do not: each function says what Beast does.
/// RFC 9112 §2.2 lets a recipient be lenient; proxies that differ there are how requests get
/// smuggled.
namespace parley::net {

struct HttpHeadLimits {
  std::size_t line = 8 << 10;
  std::size_t headers = 32 << 10;
};

/// Finds the end of a head in bytes that arrive piece by piece, without reading any byte twice, so
/// that Beast gets a head whole. Beast alone has one limit for line and headers, and counts it
/// anew in each `put`, so that headers which come in pieces pass it; it joins folded lines; it
/// refuses a bare LF only when the lines around it are there.
class HttpHeadScanner {
 public:
  explicit HttpHeadScanner(const HttpHeadLimits& limits) : limits_(limits) {}

  /// `buffer` is all that came since the head's first byte. The head's length with its empty line,
  /// or nullopt when more is needed.
  Result<std::optional<std::size_t>, HttpParseError> scan(std::string_view buffer);

 private:
  std::optional<HttpParseError> end_line(std::string_view buffer);
  std::optional<HttpParseError> over_limit() const;

  HttpHeadLimits limits_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  std::size_t first_line_ = 0;  ///< Length of the first line with its CRLF, 0 until it is known.
};

/// RFC 9112 §6.3, every ambiguity refused: two lengths (equal ones too), length beside a transfer
/// coding, a coding in HTTP/1.0, a coding other than `chunked` alone. Beast takes equal lengths and
/// lists of them, takes chunked in HTTP/1.0, and reads a message whose last coding it does not know
/// as one without a body.
std::optional<HttpParseError> check_framing(const HttpHeaders& headers, int minor_version);

/// RFC 9112 §3.2: exactly one Host (HTTP/1.0 may do without). Beast does not look.
bool has_right_host(const HttpHeaders& headers, int minor_version);

/// RFC 9112 §3.2: origin form as it is, absolute form cut to origin form, `*`; nullopt for the
/// rest. Authority form is CONNECT's, which we don't serve. Beast takes any run of bytes without
/// control characters and spaces, also beyond ASCII.
std::optional<std::string> origin_form(std::string_view target);

/// Beast has one error for a version that it doesn't know and for text that is none: 505 or 400.
HttpParseError version_error(std::string_view head);

/// RFC 9110 §5.6.2: a method or a header's name.
bool is_token(std::string_view text);
/// RFC 9110 §5.5. Beast takes bare line ends inside the quotes of a chunk's extension.
bool is_field_value(std::string_view text);
/// Whether a header may be sent. Beast copies names and values out as they are, line ends included,
/// and throws when they are longer than 65,533 bytes.
bool is_field(std::string_view name, std::string_view value);

}  // namespace parley::net
