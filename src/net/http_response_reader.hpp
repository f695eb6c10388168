#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "net/http_body.hpp"
#include "net/http_head.hpp"

namespace parley::net {

/// Takes one response out of the bytes of a connection. Sans-IO: `feed` what came, then `advance`.
/// Interim responses (1xx other than 101) are passed over.
class HttpResponseReader {
 public:
  enum class Phase { head, body, complete };

  /// `to_head`: the request was HEAD. Heads are limited as the server limits requests.
  HttpResponseReader(bool to_head, std::size_t max_body)
      : to_head_(to_head), max_body_(max_body), scanner_(HttpHeadLimits{}) {}

  void feed(ByteView bytes) { buffer_.append(as_text(bytes)); }
  Result<Phase, HttpParseError> advance();
  /// The connection ended in order; true when that is how this body ends.
  bool end_of_stream() const {
    return body_ && head_.framing.kind == HttpFraming::Kind::until_close;
  }

  bool has_head() const { return body_.has_value(); }
  HttpResponseHead& head() { return head_; }
  /// What came of the body so far.
  std::string take_body() { return body_ ? std::move(body_->body()) : std::string(); }
  /// Bytes beyond the response.
  const std::string& rest() const { return buffer_; }

 private:
  Result<Phase, HttpParseError> advance_head();

  bool to_head_;
  std::size_t max_body_;
  std::string buffer_;
  HttpHeadScanner scanner_;
  HttpResponseHead head_;
  std::optional<HttpBodyDecoder> body_;
};

}  // namespace parley::net
