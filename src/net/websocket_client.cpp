#include "net/websocket_client.hpp"

#include <utility>

#include "net/connector.hpp"
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
    if (!done_) co_return;
    session_ = WebSocketSession::make(loop_, std::move(*connected), request_.options, nullptr);
    const auto failure = co_await session_->ask(request_, *url);
    if (failure) co_return fail(failure->error, failure->text);
    open();
  }

 private:
  void open() {
    deadline_.clear();
    const auto done = std::exchange(done_, nullptr);
    if (!done) return;
    done(WebSocketPtr(session_));
    session_->start();
  }

  void fail(ClientError error, std::string text) {
    deadline_.clear();
    if (session_) session_->abort();
    const auto done = std::exchange(done_, nullptr);
    if (done) done(Failure{ClientFailure{error, std::move(text)}});
  }

  void on_deadline() {
    const auto self = shared_from_this();
    connector_.abort();
    fail(ClientError::timed_out, "no WebSocket in time");
  }

  EventLoop& loop_;
  Connector connector_;
  WebSocketRequest request_;
  std::function<void(Outcome)> done_;
  Timer deadline_;
  std::shared_ptr<WebSocketSession> session_;
};

}  // namespace

void connect_websocket(EventLoop& loop, const ConnectOptions& connect, WebSocketRequest request,
                       std::function<void(Result<WebSocketPtr, ClientFailure>)> done) {
  const auto opening =
      std::make_shared<Opening>(loop, connect, std::move(request), std::move(done));
  spawn(loop.context(), opening, opening->run());
}

}  // namespace parley::net
