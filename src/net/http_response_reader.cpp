#include "net/http_response_reader.hpp"

namespace parley::net {

using Phase = HttpResponseReader::Phase;

Result<Phase, HttpParseError> HttpResponseReader::advance() {
  if (!has_head_) {
    const auto phase = advance_head();
    if (!phase || *phase == Phase::head) return phase;
  }
  const auto used = parser_.put_body(buffer_);
  if (!used) return Failure{used.error()};
  buffer_.erase(0, *used);
  return parser_.done() ? Phase::complete : Phase::body;
}

/// `head` when more bytes are needed, `body` when the final head is in.
Result<Phase, HttpParseError> HttpResponseReader::advance_head() {
  while (true) {
    const auto end = scanner_.scan(buffer_);
    if (!end) return Failure{end.error()};
    if (!*end) return Phase::head;
    const auto error = parser_.put_head(std::string_view(buffer_).substr(0, **end));
    if (error) return Failure{*error};
    buffer_.erase(0, **end);
    const int status = parser_.head().status;
    if (status >= 200 || status == 101) break;
    scanner_ = HttpHeadScanner(HttpHeadLimits{});
    parser_ = HttpParser(kind_, max_body_);
  }
  has_head_ = true;
  return Phase::body;
}

}  // namespace parley::net
