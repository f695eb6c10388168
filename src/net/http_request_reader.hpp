#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "net/http_parser.hpp"
#include "net/http_strictness.hpp"

namespace parley::net {

/// Takes requests, one after the other, out of the bytes of one connection. Sans-IO: `feed` what
/// came, then `advance` until it asks for more. After an error the connection is of no more use.
class HttpRequestReader {
 public:
  /// What is being waited for.
  enum class Phase { idle, head, body, complete };

  HttpRequestReader(const HttpHeadLimits& limits, std::size_t max_body)
      : limits_(limits), max_body_(max_body), scanner_(limits) {}

  void feed(ByteView bytes) { buffer_.append(as_text(bytes)); }
  /// The phase after all that is known; `complete` stays until `take`.
  Result<Phase, HttpParseError> advance();
  /// The complete request (without `peer` and `tls`); then the next one may begin.
  HttpRequest take();
  /// Of the request last taken.
  bool keep_alive() const { return keep_alive_; }
  /// True once per request: the head is in, the client waits for `100 Continue` and the body has
  /// not begun.
  bool take_expectation();
  /// Bytes beyond the request last taken, for another protocol to go on with.
  std::string take_rest() { return std::move(buffer_); }

 private:
  Result<Phase, HttpParseError> advance_head();
  Result<Phase, HttpParseError> advance_body();

  HttpHeadLimits limits_;
  std::size_t max_body_;
  std::string buffer_;
  HttpHeadScanner scanner_;
  std::optional<HttpParser> parser_;  ///< From a head's end to `take`.
  bool keep_alive_ = true;
  bool expects_continue_ = false;
};

}  // namespace parley::net
