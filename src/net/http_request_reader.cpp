#include "net/http_request_reader.hpp"

#include <utility>

namespace parley::net {

using Phase = HttpRequestReader::Phase;

Result<Phase, HttpParseError> HttpRequestReader::advance() {
  if (!parser_) {
    auto phase = advance_head();
    if (!phase || !parser_) return phase;
  }
  return advance_body();
}

Result<Phase, HttpParseError> HttpRequestReader::advance_head() {
  if (buffer_.empty()) return Phase::idle;
  const auto end = scanner_.scan(buffer_);
  if (!end) return Failure{end.error()};
  if (!*end) return Phase::head;
  parser_.emplace(HttpParser::Kind::request, max_body_);
  const auto error = parser_->put_head(std::string_view(buffer_).substr(0, **end));
  if (error) return Failure{*error};
  buffer_.erase(0, **end);
  const HttpHead& head = parser_->head();
  expects_continue_ = head.minor_version == 1 && head.headers.has_token("expect", "100-continue");
  return Phase::body;
}

Result<Phase, HttpParseError> HttpRequestReader::advance_body() {
  const auto used = parser_->put_body(buffer_);
  if (!used) return Failure{used.error()};
  if (!buffer_.empty()) expects_continue_ = false;
  buffer_.erase(0, *used);
  return parser_->done() ? Phase::complete : Phase::body;
}

HttpRequest HttpRequestReader::take() {
  HttpHead& head = parser_->head();
  HttpRequest request;
  request.method = std::move(head.method);
  request.target = std::move(head.target);
  request.minor_version = head.minor_version;
  request.headers = std::move(head.headers);
  request.body = std::move(parser_->body());
  keep_alive_ = head.keep_alive;
  parser_.reset();
  scanner_ = HttpHeadScanner(limits_);
  return request;
}

bool HttpRequestReader::take_expectation() {
  return std::exchange(expects_continue_, false);
}

}  // namespace parley::net
