#pragma once

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <string>
#include <vector>

#include "net/websocket_session.hpp"

namespace parley::net {

/// A peer that says its pieces and hangs up.
class ScriptedStream final : public ByteStream {
 public:
  ScriptedStream(EventLoop& loop, std::vector<ByteView> pieces)
      : ByteStream({}), loop_(loop), pieces_(std::move(pieces)) {}

  Task<IoResult> handshake() override { co_return IoResult(0); }
  Task<IoResult> read_some(MutableByteView buffer) override {
    co_await asio::post(loop_.context().get_executor(), kAsTuple);
    while (!pieces_.empty() && pieces_.front().empty()) pieces_.erase(pieces_.begin());
    if (pieces_.empty() || aborted_) co_return Failure{IoError::closed};
    const std::size_t count = std::min(buffer.size(), pieces_.front().size());
    std::copy_n(pieces_.front().begin(), count, buffer.begin());
    pieces_.front() = pieces_.front().subspan(count);
    co_return count;
  }
  Task<IoResult> write(ByteView bytes) override {
    co_await asio::post(loop_.context().get_executor(), kAsTuple);
    if (aborted_) co_return Failure{IoError::broken};
    co_return bytes.size();
  }
  Task<void> close() override { co_return; }
  void cancel() override {}
  void abort() override { aborted_ = true; }
  bool is_quiet() override { return true; }
  bool is_tls() const override { return false; }

 private:
  EventLoop& loop_;
  std::vector<ByteView> pieces_;
  bool aborted_ = false;
};

/// All that a server hears of such a peer.
struct Heard {
  std::vector<std::string> messages;
  bool closed_here = false;
  std::optional<std::uint16_t> code;  ///< nullopt: it did not end.
};

/// A server that answers the message `answer`, closes at the message `close`, and takes messages of
/// at most 4096 bytes.
inline Heard hear(EventLoop& loop, std::vector<ByteView> pieces) {
  Heard heard;
  const WebSocketOptions options{.max_message = 4096, .close_time = std::chrono::milliseconds(20)};
  const auto session = WebSocketSession::make(
      loop, std::make_unique<ScriptedStream>(loop, std::move(pieces)), options, nullptr);
  const auto take = [&](std::string message) {
    if (message == "answer") session->send(message);
    if (message == "close") session->close(websocket_close::kNormal, message);
    heard.closed_here |= message == "close";
    heard.messages.push_back(std::move(message));
  };
  session->on_message(take);
  session->on_binary(take);
  session->on_close([&](std::uint16_t code, const std::string&) { heard.code = code; });
  const auto serve = [](std::shared_ptr<WebSocketSession> opened) -> Task<void> {
    // A temporary here would be destroyed twice by GCC 12.
    WebSocketAcceptance acceptance;
    acceptance.key = "dGhlIHNhbXBsZSBub25jZQ==";
    const bool accepted = co_await opened->accept(std::move(acceptance));
    if (accepted) opened->start();
  };
  asio::co_spawn(loop.context().get_executor(), serve(session), asio::detached);
  loop.run_until([&] { return heard.code.has_value(); }, std::chrono::seconds(5));
  return heard;
}

}  // namespace parley::net
