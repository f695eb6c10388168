#pragma once

namespace parley::net {

/// Why bytes are not the HTTP/1.1 message we take (RFC 9112).
enum class HttpParseError {
  malformed,            ///< Also bare LF, obsolete folding, two lengths, length and chunked.
  line_too_long,        ///< The start line is over its limit.
  headers_too_large,    ///< All header lines together, or their number.
  body_too_large,       ///< Known as soon as a length or a chunk's size says so.
  unsupported_coding,   ///< A transfer coding other than chunked.
  unsupported_version,  ///< Neither HTTP/1.0 nor HTTP/1.1.
};

/// What a server answers.
constexpr int status_of(HttpParseError error) {
  switch (error) {
    case HttpParseError::malformed:
      return 400;
    case HttpParseError::line_too_long:
      return 414;
    case HttpParseError::headers_too_large:
      return 431;
    case HttpParseError::body_too_large:
      return 413;
    case HttpParseError::unsupported_coding:
      return 501;
    case HttpParseError::unsupported_version:
      return 505;
  }
  return 400;
}

}  // namespace parley::net
