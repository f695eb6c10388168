#include "net/websocket_client.hpp"

#include <array>
#include <utility>

#include "net/connector.hpp"
#include "net/http_response_reader.hpp"
#include "net/http_writer.hpp"
#include "net/websocket_handshake.hpp"
#include "net/websocket_session.hpp"

namespace parley::net {
namespace {

using Outcome = Result<WebSocketPtr, ClientFailure>;

class Opening final : public std::enable_shared_from_this<Opening> {
 public:
  Opening(EventLoop& loop, const ConnectOptions& connect, WebSocketRequest request,
          std::function<void(Outcome)> done)
      : loop_(loop),
        connector_(loop, connect),
        request_(std::move(request)),
        done_(std::move(done)),
        deadline_(loop, [this] { on_deadline(); }) {
    deadline_.set(loop.now() + request_.timeout);
  }

  Task<void> run() {
    const auto url = Url::parse(request_.url);
    if (!url || !url->websocket()) co_return fail(ClientError::bad_url, "not a ws or wss URL");
    auto connected = co_await connector_.connect(*url);
    if (!connected) co_return fail(connected.error().error, connected.error().text);
    stream_ = std::move(*connected);
    if (!done_) co_return;
    const std::string key = make_websocket_key();
    const std::string out = handshake(*url, key);
    co_await stream_->write(as_bytes(out));
    const bool answered = co_await read_answer();
    if (!answered)
      co_return fail(ClientError::broken, "no whole answer to the WebSocket handshake");
    if (!is_accepted(key)) {
      co_return fail(ClientError::not_upgraded,
                     "the server answered " + std::to_string(reader_.head().status));
    }
    open();
  }

 private:
  std::string handshake(const Url& url, const std::string& key) const {
    HttpRequest request;
    request.method = "GET";
    request.target = url.target;
    request.headers = request_.headers;
    request.headers.set("Upgrade", "websocket");
    request.headers.set("Connection", "upgrade");
    request.headers.set("Sec-WebSocket-Version", "13");
    request.headers.set("Sec-WebSocket-Key", key);
    if (!request_.protocol.empty())
      request.headers.set("Sec-WebSocket-Protocol", request_.protocol);
    std::string out;
    write_request_head(out, request, url.authority());
    return out;
  }

  Task<bool> read_answer() {
    while (true) {
      const auto phase = reader_.advance();
      if (!phase) co_return reader_.has_head();  // A refusal whose body we do not want.
      if (*phase != HttpResponseReader::Phase::head) co_return true;
      const IoResult got = co_await stream_->read_some(in_);
      if (!got) co_return false;
      reader_.feed(ByteView(in_).first(*got));
    }
  }

  /// RFC 6455 §4.1, the list after "Once the client's opening handshake has been sent".
  bool is_accepted(const std::string& key) {
    const HttpHead& head = reader_.head();
    if (head.status != 101 || !head.headers.has_token("upgrade", "websocket")) return false;
    if (!head.headers.has_token("connection", "upgrade")) return false;
    if (head.headers.get("sec-websocket-accept") != websocket_accept(key)) return false;
    if (head.headers.get("sec-websocket-extensions")) return false;
    return head.headers.get("sec-websocket-protocol").value_or("") == request_.protocol;
  }

  void open() {
    deadline_.clear();
    const auto done = std::exchange(done_, nullptr);
    if (!done) return;
    const auto session = std::make_shared<WebSocketSession>(
        loop_, std::move(stream_), WebSocketRole::client, request_.options, nullptr);
    done(WebSocketPtr(session));
    session->start(reader_.rest());
  }

  void fail(ClientError error, std::string text) {
    deadline_.clear();
    const auto done = std::exchange(done_, nullptr);
    if (done) done(Failure{ClientFailure{error, std::move(text)}});
  }

  void on_deadline() {
    const auto self = shared_from_this();
    connector_.abort();
    if (stream_) stream_->abort();
    fail(ClientError::timed_out, "no WebSocket in time");
  }

  EventLoop& loop_;
  Connector connector_;
  WebSocketRequest request_;
  std::function<void(Outcome)> done_;
  Timer deadline_;
  ByteStreamPtr stream_;
  HttpResponseReader reader_{false, 0};
  std::array<std::uint8_t, 4096> in_;
};

}  // namespace

void connect_websocket(EventLoop& loop, const ConnectOptions& connect, WebSocketRequest request,
                       std::function<void(Result<WebSocketPtr, ClientFailure>)> done) {
  const auto opening =
      std::make_shared<Opening>(loop, connect, std::move(request), std::move(done));
  spawn(loop.context(), opening, opening->run());
}

}  // namespace parley::net
