#include "net/http_request_reader.hpp"

namespace parley::net {

using Phase = HttpRequestReader::Phase;

Result<Phase, HttpParseError> HttpRequestReader::advance() {
  if (!body_) {
    auto phase = advance_head();
    if (!phase || !body_) return phase;
  }
  return advance_body();
}

Result<Phase, HttpParseError> HttpRequestReader::advance_head() {
  if (buffer_.empty()) return Phase::idle;
  const auto end = scanner_.scan(buffer_);
  if (!end) return Failure{end.error()};
  if (!*end) return Phase::head;
  auto head = parse_request_head(std::string_view(buffer_).substr(0, **end));
  if (!head) return Failure{head.error()};
  head_ = std::move(*head);
  buffer_.erase(0, **end);
  body_.emplace(head_.framing, max_body_);
  if (body_->hopeless()) return Failure{HttpParseError::body_too_large};
  return Phase::body;
}

Result<Phase, HttpParseError> HttpRequestReader::advance_body() {
  const auto used = body_->feed(buffer_);
  if (!used) return Failure{used.error()};
  if (*used > 0) head_.expects_continue = false;
  buffer_.erase(0, *used);
  return body_->done() ? Phase::complete : Phase::body;
}

HttpRequest HttpRequestReader::take() {
  HttpRequest request = std::move(head_.request);
  request.body = std::move(body_->body());
  body_.reset();
  scanner_ = HttpHeadScanner(limits_);
  return request;
}

bool HttpRequestReader::take_expectation() {
  return std::exchange(head_.expects_continue, false);
}

}  // namespace parley::net
