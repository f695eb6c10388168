#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "net/http_message.hpp"

namespace parley::net {

/// Why bytes are not the HTTP/1.1 message we take (RFC 9112). The server's answer is beside each.
enum class HttpParseError {
  malformed,            ///< 400: also bare LF, obsolete folding, two lengths, length and chunked.
  line_too_long,        ///< 414
  headers_too_large,    ///< 431
  body_too_large,       ///< 413
  unsupported_coding,   ///< 501: a transfer coding other than chunked.
  unsupported_version,  ///< 505
};

int status_of(HttpParseError error);

struct HttpHeadLimits {
  std::size_t line = 8 << 10;
  std::size_t headers = 32 << 10;
};

/// Finds the end of a head in bytes that arrive piece by piece, without reading any byte twice.
/// Strict: a CR or LF alone is malformed (RFC 9112 §2.2 lets a recipient be lenient; proxies that
/// differ there are how requests get smuggled).
class HttpHeadScanner {
 public:
  explicit HttpHeadScanner(const HttpHeadLimits& limits) : limits_(limits) {}

  /// `buffer` is all that came since the head's first byte. The head's length with its empty line,
  /// or nullopt when more is needed.
  Result<std::optional<std::size_t>, HttpParseError> scan(std::string_view buffer);

 private:
  std::optional<HttpParseError> over_limit(std::size_t position) const;

  HttpHeadLimits limits_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  std::size_t first_line_ = 0;  ///< Length of the first line with its CRLF, 0 until it is known.
};

/// How a body ends (RFC 9112 §6).
struct HttpFraming {
  enum class Kind { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;
};

struct HttpRequestHead {
  HttpRequest request;
  HttpFraming framing;
  bool keep_alive = true;
  bool expects_continue = false;
};

struct HttpResponseHead {
  int status = 0;
  HttpHeaders headers;
  HttpFraming framing;
  bool keep_alive = true;
};

/// `head` is what the scanner measured.
Result<HttpRequestHead, HttpParseError> parse_request_head(std::string_view head);
/// `to_head`: the request was HEAD, so that no body follows whatever the head says.
Result<HttpResponseHead, HttpParseError> parse_response_head(std::string_view head, bool to_head);

}  // namespace parley::net
