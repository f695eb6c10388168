#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_message.hpp"
#include "net/http_parse_error.hpp"

namespace parley::net {

/// A message's head as it came.
struct HttpHead {
  std::string method;  ///< Of a request, like the target.
  std::string target;  ///< In origin form.
  int status = 0;      ///< Of a response.
  int minor_version = 1;
  HttpHeaders headers;
  /// Whether another message may follow on the connection.
  bool keep_alive = true;
};

/// One HTTP/1.1 message, taken apart by Boost.Beast's parser, which stays behind this file's .cpp.
/// Sans-IO. Stricter than Beast: http_strictness.hpp says where and why.
class HttpParser {
 public:
  enum class Kind {
    request,
    response,
    response_to_head,  ///< The request was HEAD: no body follows whatever the head says.
  };

  /// A body of more than `max_body` bytes is `body_too_large`: of a request as soon as that is
  /// known, of a response when `max_body` bytes have come, which stay in `body`.
  HttpParser(Kind kind, std::size_t max_body);
  HttpParser(HttpParser&&) noexcept;
  HttpParser& operator=(HttpParser&&) noexcept;
  ~HttpParser();

  /// `head` is whole: what HttpHeadScanner measured. Once, first.
  std::optional<HttpParseError> put_head(std::string_view head);
  /// Takes what it can use and gives its size; the rest comes again with more, or, once `done`,
  /// belongs to the next message.
  Result<std::size_t, HttpParseError> put_body(std::string_view bytes);
  bool done() const;
  /// The body ends with the connection.
  bool until_close() const;

  HttpHead& head();
  const HttpHead& head() const;
  std::string& body();

 private:
  struct Message;
  template <bool isRequest>
  class Adapter;

  std::unique_ptr<Message> message_;
};

}  // namespace parley::net
