#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_head.hpp"

namespace parley::net {

/// Takes a body out of bytes that arrive piece by piece: by length, chunked (RFC 9112 §7.1, strict
/// CRLF, extensions and trailers dropped) or to the end of the connection.
class HttpBodyDecoder {
 public:
  /// A body of more than `limit` bytes is `body_too_large` as soon as that is known; what came
  /// before it stays in `body`.
  HttpBodyDecoder(const HttpFraming& framing, std::size_t limit);

  /// Takes what it can use and gives its size; the rest belongs to the next message.
  Result<std::size_t, HttpParseError> feed(std::string_view bytes);
  bool done() const { return state_ == State::done; }
  /// A length that is over the limit is known before the first byte.
  bool hopeless() const {
    return framing_.kind == HttpFraming::Kind::length && framing_.length > limit_;
  }
  std::string& body() { return body_; }

 private:
  enum class State { data, until_close, size_line, chunk_data, chunk_end, trailer, done };

  Result<std::size_t, HttpParseError> feed_once(std::string_view bytes);
  Result<std::size_t, HttpParseError> take_data(std::string_view bytes);
  Result<std::size_t, HttpParseError> take_line(std::string_view bytes);
  bool end_line();
  bool parse_size_line();

  HttpFraming framing_;
  std::size_t limit_;
  State state_;
  std::uint64_t remaining_ = 0;
  std::string line_;
  std::size_t trailer_bytes_ = 0;
  std::string body_;
};

}  // namespace parley::net
