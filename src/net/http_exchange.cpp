#include "net/http_exchange.hpp"

#include <utility>

#include "net/http_writer.hpp"

namespace parley::net {

HttpExchange::HttpExchange(EventLoop& loop, const ConnectOptions& options,
                           std::shared_ptr<ConnectionPool> pool, HttpClientRequest request,
                           HttpClient::Done done)
    : pool_(std::move(pool)),
      request_(std::move(request)),
      done_(std::move(done)),
      connector_(loop, options),
      deadline_(loop, [this] { on_deadline(); }),
      reader_(request_.method == "HEAD", request_.max_body) {
  deadline_.set(loop.now() + request_.timeout);
}

Task<void> HttpExchange::run(Url url) {
  Outcome outcome = co_await attempt(url, true);
  const bool stale = !outcome && reused_ && !heard_ && outcome.error().error == ClientError::broken;
  if (stale && is_idempotent() && done_) {
    outcome = co_await attempt(url, false);
  }
  finish(std::move(outcome));
}

Task<HttpExchange::Outcome> HttpExchange::attempt(const Url& url, bool may_reuse) {
  stream_ = may_reuse ? pool_->take(url.origin()) : nullptr;
  reused_ = stream_ != nullptr;
  if (!stream_) {
    auto connected = co_await connector_.connect(url);
    if (!connected) co_return Failure{connected.error()};
    stream_ = std::move(*connected);
  }
  if (!done_) co_return Failure{ClientFailure{ClientError::timed_out, ""}};
  co_return co_await talk(url);
}

Task<HttpExchange::Outcome> HttpExchange::talk(const Url& url) {
  HttpRequest request;
  request.method = request_.method;
  request.target = url.target;
  request.headers = request_.headers;
  request.body = request_.body;
  std::string out;
  write_request_head(out, request, url.authority());
  out.append(request.body);
  // A server may answer and close before it has read everything: the answer counts, not the failed
  // write.
  static_cast<void>(co_await stream_->write(as_bytes(out)));
  Outcome outcome = co_await read_response();
  const bool whole = outcome && !outcome->truncated && done_;
  const bool reusable =
      whole && reader_.head().keep_alive && !reader_.end_of_stream() && reader_.rest().empty();
  if (reusable) pool_->put(url.origin(), std::move(stream_));
  co_return outcome;
}

Task<HttpExchange::Outcome> HttpExchange::read_response() {
  while (true) {
    const auto phase = reader_.advance();
    if (!phase) {
      const bool large = phase.error() == HttpParseError::body_too_large;
      co_return stopped(
          large ? ClientError::too_large : ClientError::malformed,
          large ? "the answer's body is over its limit" : "the answer is not HTTP/1.1");
    }
    if (*phase == HttpResponseReader::Phase::complete) co_return take_response(false);
    const IoResult got = co_await stream_->read_some(in_);
    if (!got && got.error() == IoError::closed && reader_.end_of_stream())
      co_return take_response(false);
    if (!got) co_return stopped(ClientError::broken, "the connection ended before the answer did");
    heard_ = true;
    reader_.feed(ByteView(in_).first(*got));
  }
}

/// The answer broke off: still an answer when its head is enough.
HttpExchange::Outcome HttpExchange::stopped(ClientError error, std::string text) {
  const bool enough = request_.take_2xx_at_headers && reader_.has_head() &&
                      reader_.head().status / 100 == 2 && error != ClientError::malformed;
  if (enough) return take_response(true);
  return Failure{ClientFailure{error, std::move(text)}};
}

HttpClientResponse HttpExchange::take_response(bool truncated) {
  HttpHead& head = reader_.head();
  return {head.status, std::move(head.headers), reader_.take_body(), truncated};
}

void HttpExchange::on_deadline() {
  const auto self = shared_from_this();
  Outcome outcome = stopped(ClientError::timed_out, "no whole answer in time");
  connector_.abort();
  if (stream_) stream_->abort();
  finish(std::move(outcome));
}

void HttpExchange::finish(Outcome outcome) {
  deadline_.clear();
  const auto done = std::exchange(done_, nullptr);
  if (done) done(std::move(outcome));
}

void HttpExchange::abandon() {
  done_ = nullptr;
  deadline_.clear();
  connector_.abort();
  if (stream_) stream_->abort();
}

bool HttpExchange::is_idempotent() const {
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    if (request_.method == method) return true;
  return false;
}

}  // namespace parley::net
