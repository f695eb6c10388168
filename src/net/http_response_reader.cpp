#include "net/http_response_reader.hpp"

namespace parley::net {

using Phase = HttpResponseReader::Phase;

Result<Phase, HttpParseError> HttpResponseReader::advance() {
  if (!body_) {
    const auto phase = advance_head();
    if (!phase || *phase == Phase::head) return phase;
  }
  const auto used = body_->feed(buffer_);
  if (!used) return Failure{used.error()};
  buffer_.erase(0, *used);
  return body_->done() ? Phase::complete : Phase::body;
}

/// `head` when more bytes are needed, `body` when the final head is in.
Result<Phase, HttpParseError> HttpResponseReader::advance_head() {
  while (true) {
    const auto end = scanner_.scan(buffer_);
    if (!end) return Failure{end.error()};
    if (!*end) return Phase::head;
    auto head = parse_response_head(std::string_view(buffer_).substr(0, **end), to_head_);
    if (!head) return Failure{head.error()};
    head_ = std::move(*head);
    buffer_.erase(0, **end);
    scanner_ = HttpHeadScanner(HttpHeadLimits{});
    if (head_.status >= 200 || head_.status == 101) break;
  }
  body_.emplace(head_.framing, max_body_);
  return Phase::body;
}

}  // namespace parley::net
