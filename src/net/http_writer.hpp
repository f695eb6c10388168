#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "net/http_message.hpp"

namespace parley::net {

/// RFC 9110 §5.6.7, e.g. `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string http_date(UtcTime time);

/// How a response goes out.
struct HttpResponseFraming {
  bool keep_alive = true;
  /// Neither chunked nor a length: the body ends with the connection.
  bool chunked = false;
  std::optional<std::uint64_t> length{};
  std::string_view date{};
};

/// Appends the status line and all headers with the empty line. The response's own framing headers
/// are left out, and so is every header that isn't one (a name that is no token, a control
/// character in a value): what a caller copied from a stranger can't end a header.
void write_response_head(std::string& out, const HttpResponse& response,
                         const HttpResponseFraming& framing);
/// Appends the request line and all headers. `authority` is the Host header; a body or a POST gets
/// a length.
void write_request_head(std::string& out, const HttpRequest& request, std::string_view authority);
/// Appends one chunk (RFC 9112 §7.1); an empty one is the last.
void write_chunk(std::string& out, std::string_view bytes);

}  // namespace parley::net
