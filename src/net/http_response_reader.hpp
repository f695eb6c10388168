#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "net/http_parser.hpp"
#include "net/http_strictness.hpp"

namespace parley::net {

/// Takes one response out of the bytes of a connection. Sans-IO: `feed` what came, then `advance`.
/// Interim responses (1xx other than 101) are passed over.
class HttpResponseReader {
 public:
  enum class Phase { head, body, complete };

  /// `to_head`: the request was HEAD. Heads are limited as the server limits requests.
  HttpResponseReader(bool to_head, std::size_t max_body)
      : kind_(to_head ? HttpParser::Kind::response_to_head : HttpParser::Kind::response),
        max_body_(max_body),
        scanner_(HttpHeadLimits{}),
        parser_(kind_, max_body) {}

  void feed(ByteView bytes) { buffer_.append(as_text(bytes)); }
  Result<Phase, HttpParseError> advance();
  /// The connection ended in order; true when that is how this body ends.
  bool end_of_stream() const { return has_head_ && parser_.until_close(); }

  bool has_head() const { return has_head_; }
  HttpHead& head() { return parser_.head(); }
  /// What came of the body so far.
  std::string take_body() { return std::move(parser_.body()); }
  /// Bytes beyond the response.
  const std::string& rest() const { return buffer_; }

 private:
  Result<Phase, HttpParseError> advance_head();

  HttpParser::Kind kind_;
  std::size_t max_body_;
  std::string buffer_;
  HttpHeadScanner scanner_;
  HttpParser parser_;
  bool has_head_ = false;
};

}  // namespace parley::net
