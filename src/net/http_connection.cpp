#include "net/http_connection.hpp"

#include <utility>

#include "net/forwarded_client.hpp"
#include "net/websocket_handshake.hpp"
#include "net/websocket_session.hpp"

namespace parley::net {
namespace {

using Phase = HttpRequestReader::Phase;

/// Bodies up to this size share the head's write.
constexpr std::size_t kJoinedBody = 64 << 10;

constexpr Duration kCancelAgain = std::chrono::milliseconds(50);

std::string_view reason_of(HttpParseError error) {
  switch (error) {
    case HttpParseError::malformed:
      return "The request is not well-formed HTTP/1.1.";
    case HttpParseError::line_too_long:
      return "The request line is too long.";
    case HttpParseError::headers_too_large:
      return "The request's headers are too large.";
    case HttpParseError::body_too_large:
      return "The request's body is too large.";
    case HttpParseError::unsupported_coding:
      return "Only the transfer coding chunked is supported.";
    case HttpParseError::unsupported_version:
      return "Only HTTP/1.0 and HTTP/1.1 are supported.";
  }
  return "";
}

}  // namespace

HttpResponse HttpServerCore::error(int status, std::string_view why) const {
  if (options.format_error) {
    HttpResponse response = options.format_error(status, why);
    response.status = status;
    return response;
  }
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::string(why) + "\n", {}, {}};
}

void HttpServerCore::add_headers(HttpHeaders& headers) const {
  for (const auto& [name, value] : options.headers.fields())
    if (!headers.get(name)) headers.add(name, value);
}

std::string_view HttpServerCore::date() {
  const UtcTime now = loop.now().utc;
  if (date_text.empty() || now - date_second >= std::chrono::seconds(1) || now < date_second) {
    date_second = std::chrono::floor<std::chrono::seconds>(now);
    date_text = http_date(now);
  }
  return date_text;
}

HttpConnection::HttpConnection(std::shared_ptr<HttpServerCore> core, ByteStreamPtr stream,
                               bool proxied)
    : core_(std::move(core)),
      stream_(std::move(stream)),
      proxied_(proxied),
      reader_({core_->options.max_request_line, core_->options.max_headers},
              core_->options.max_body),
      deadline_(core_->loop, [this] { on_deadline(); }),
      answered_(core_->loop.context().get_executor()) {}

HttpConnection::~HttpConnection() = default;

Task<void> HttpConnection::run() {
  limit(core_->options.header_time, AtLimit::abort);
  const IoResult greeted = co_await stream_->handshake();
  if (!greeted) {
    ++core_->counters.counter("http_tls_failures_total");
    stream_->abort();
    co_return;
  }
  Next next = Next::request;
  while (next == Next::request) next = co_await serve_one();
  if (next == Next::close) {
    limit(core_->options.linger_time, AtLimit::abort);
    co_await stream_->close();
  }
  deadline_.clear();
  if (stream_) stream_->abort();
}

void HttpConnection::abort() {
  aborted_ = true;
  if (stream_) stream_->abort();
  if (const auto websocket = websocket_.lock()) websocket->abort();
  answered_.cancel();
}

void HttpConnection::limit(Duration time, AtLimit then) {
  at_limit_ = then;
  expired_ = false;
  deadline_.set(core_->loop.now() + time);
}

void HttpConnection::on_deadline() {
  expired_ = true;
  answered_.cancel();
  if (const auto websocket = websocket_.lock()) return websocket->abort();
  if (!stream_) return;
  if (at_limit_ == AtLimit::abort) return stream_->abort();
  stream_->cancel();
  // A TLS read is several reads of the socket: a cancel between two of them is lost.
  deadline_.set(core_->loop.now() + kCancelAgain);
}

Task<HttpConnection::Next> HttpConnection::serve_one() {
  const Next got = co_await read_request();
  if (got != Next::request) co_return got;
  first_ = false;
  clocked_ = Phase::complete;
  HttpRequest request = reader_.take();
  request.peer = stream_->remote();
  request.tls = stream_->is_tls();
  head_only_ = request.method == "HEAD";
  keep_alive_ = reader_.keep_alive();
  minor_version_ = request.minor_version;
  const auto handshake = check_websocket_request(request);
  websocket_key_ = handshake ? *handshake : "";
  websocket_status_ = handshake ? 101 : handshake.error();
  ++core_->counters.counter("http_requests_total");

  place_.set_idle(false);
  const Next next = co_await handle(std::move(request));
  if (next != Next::request) co_return next;
  place_.set_idle(true);
  if (proxied_) place_.set_source(std::nullopt);
  co_return Next::request;
}

Task<HttpConnection::Next> HttpConnection::handle(HttpRequest request) {
  if (proxied_ &&
      !place_.set_source(forwarded_client(request.headers, core_->options.trusted_proxies)))
    co_return co_await refuse(429, "Too many connections from this address.");
  Responder::Answer answer = co_await ask_handler(std::move(request));
  if (aborted_) co_return Next::gone;
  Next next = Next::gone;
  if (auto* response = std::get_if<HttpResponse>(&answer)) {
    next = co_await send(std::move(*response));
  } else if (auto* wanted = std::get_if<WebSocketUpgrade>(&answer)) {
    next = co_await upgrade(std::move(*wanted));
  } else {
    next = co_await refuse(500, "The request was not answered.");
  }
  co_return next;
}

Task<HttpConnection::Next> HttpConnection::read_request() {
  while (true) {
    const auto phase = reader_.advance();
    if (!phase) co_return co_await refuse(status_of(phase.error()), reason_of(phase.error()));
    if (*phase == Phase::complete) co_return Next::request;
    if (*phase == Phase::idle && core_->draining) co_return Next::close;
    const Next more = co_await read_more(*phase);
    if (more != Next::request) co_return more;
  }
}

Task<HttpConnection::Next> HttpConnection::read_more(Phase phase) {
  if (phase == Phase::body && reader_.take_expectation()) {
    const bool invited = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!invited) co_return Next::gone;
  }
  start_clock(phase);
  if (!expired_) {
    const IoResult got = co_await stream_->read_some(in_);
    if (got) {
      reader_.feed(ByteView(in_).first(*got));
      co_return Next::request;
    }
  }
  if (aborted_ || !expired_) co_return Next::gone;
  if (phase == Phase::idle) co_return Next::close;
  co_return co_await refuse(408, "The request did not come in time.");
}

/// The first request's headers are due from the connection's start, the others' from their first
/// byte.
void HttpConnection::start_clock(Phase phase) {
  if (phase == clocked_) return;
  clocked_ = phase;
  if (phase == Phase::body) {
    limit(core_->options.body_time, AtLimit::end_read);
  } else if (!first_) {
    limit(phase == Phase::idle ? core_->options.idle_time : core_->options.header_time,
          AtLimit::end_read);
  } else if (phase == Phase::idle) {
    at_limit_ = AtLimit::end_read;
  }
}

Task<Responder::Answer> HttpConnection::ask_handler(HttpRequest request) {
  answer_.reset();
  limit(core_->options.answer_time, AtLimit::end_read);
  core_->handler(std::move(request), Responder(core_->loop.handle(), weak_from_this(), ++request_));
  while (!answer_ && !expired_ && !aborted_) {
    answered_.expires_at(AsioTimer::time_point::max());
    co_await answered_.async_wait(kAsTuple);
  }
  if (answer_) co_return std::move(*answer_);
  ++request_;
  keep_alive_ = false;
  co_return core_->error(503, "The request was not answered in time.");
}

void HttpConnection::answer(std::uint64_t request, Responder::Answer answer) {
  if (request != request_ || answer_) return;
  answer_ = std::move(answer);
  answered_.cancel();
}

/// Net's own errors of a request that may have left unread bytes: answered, then closed.
Task<HttpConnection::Next> HttpConnection::refuse(int status, std::string_view why) {
  const std::string name = "http_requests_refused_total{status=\"" + std::to_string(status) + "\"}";
  ++core_->counters.counter(name);
  keep_alive_ = false;
  co_return co_await send(core_->error(status, why));
}

Task<HttpConnection::Next> HttpConnection::send(HttpResponse response) {
  keep_alive_ =
      keep_alive_ && !core_->draining && !response.headers.has_token("connection", "close");
  core_->add_headers(response.headers);
  HttpResponseFraming framing{.date = core_->date()};
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) framing.length = response.source ? response.source_length : response.body.size();
  framing.chunked = response.source && !framing.length && !bodiless && minor_version_ == 1;
  if (response.source && !framing.length && !bodiless && !framing.chunked) keep_alive_ = false;
  framing.keep_alive = keep_alive_;

  out_.clear();
  write_response_head(out_, response, framing);
  if (response.source && !bodiless && !head_only_)
    co_return co_await send_source(std::move(response), framing);
  const bool has_body = !bodiless && !head_only_ && !response.body.empty();
  const bool joined = has_body && response.body.size() <= kJoinedBody;
  if (joined) out_.append(response.body);
  bool sent = co_await write(out_);
  if (sent && has_body && !joined) sent = co_await write(response.body);
  if (!sent) co_return Next::gone;
  co_return keep_alive_ ? Next::request : Next::close;
}

/// The head is in `out_` and leaves with the first chunk.
Task<HttpConnection::Next> HttpConnection::send_source(HttpResponse response,
                                                       HttpResponseFraming framing) {
  std::uint64_t owed = framing.length.value_or(0);
  bool more = true;
  while (more) {
    const std::optional<std::string> bytes = response.source();
    if (!bytes) co_return Next::gone;
    more = !bytes->empty();
    if (framing.chunked) {
      write_chunk(out_, *bytes);
    } else {
      if (framing.length && bytes->size() > owed) co_return Next::gone;
      owed -= framing.length ? bytes->size() : 0;
      out_.append(*bytes);
    }
    const bool sent = co_await write(out_);
    if (!sent) co_return Next::gone;
    out_.clear();
  }
  if (owed > 0) co_return Next::gone;
  co_return keep_alive_ ? Next::request : Next::close;
}

Task<HttpConnection::Next> HttpConnection::upgrade(WebSocketUpgrade upgrade) {
  if (websocket_status_ != 101) {
    HttpResponse response =
        core_->error(websocket_status_, "This address takes a WebSocket, version 13.");
    response.headers.set("Upgrade", "websocket");
    response.headers.set("Sec-WebSocket-Version", "13");
    co_return co_await send(std::move(response));
  }
  WebSocketAcceptance acceptance{websocket_key_, {}, reader_.take_rest()};
  acceptance.headers.add("Date", std::string(core_->date()));
  if (!upgrade.protocol.empty()) acceptance.headers.add("Sec-WebSocket-Protocol", upgrade.protocol);
  core_->add_headers(acceptance.headers);
  // The session keeps this connection, and so its place in the table.
  const auto session = WebSocketSession::make(core_->loop, std::move(stream_),
                                              core_->options.websocket, shared_from_this());
  websocket_ = session;
  limit(core_->options.write_time, AtLimit::abort);
  const bool accepted = co_await session->accept(std::move(acceptance));
  deadline_.clear();
  if (!accepted || aborted_) co_return Next::gone;
  if (upgrade.on_open) upgrade.on_open(session);
  session->start();
  co_return Next::gone;
}

Task<bool> HttpConnection::write(std::string_view bytes) {
  limit(core_->options.write_time, AtLimit::abort);
  const IoResult sent = co_await stream_->write(as_bytes(bytes));
  // The bytes of a request that came meanwhile have their own clock.
  clocked_ = Phase::complete;
  co_return sent.ok();
}

}  // namespace parley::net
