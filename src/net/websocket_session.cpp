#include "net/websocket_session.hpp"

#include <openssl/rand.h>

#include <utility>

namespace parley::net {
namespace {

/// RFC 6455 §5.3: unpredictable, so that nobody can steer the bytes on the wire past a proxy.
std::uint32_t fresh_mask() {
  std::uint32_t mask = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&mask), sizeof mask);
  return mask;
}

}  // namespace

WebSocketSession::WebSocketSession(EventLoop& loop, ByteStreamPtr stream, WebSocketRole role,
                                   const WebSocketOptions& options, std::shared_ptr<void> owner)
    : loop_(loop),
      handle_(loop.handle()),
      owner_(std::move(owner)),
      stream_(std::move(stream)),
      role_(role),
      options_(options),
      reader_(role, options.max_message),
      silence_(loop, [this] { on_silence(); }) {}

void WebSocketSession::start(std::string_view rest) {
  reader_.feed(as_bytes(rest));
  spawn(loop_.context(), shared_from_this(), read());
}

Task<void> WebSocketSession::read() {
  heard();
  while (handle_events()) {
    const IoResult got = co_await stream_->read_some(in_);
    if (!got) break;
    heard();
    reader_.feed(ByteView(in_).first(*got));
  }
  end();
}

void WebSocketSession::heard() {
  ping_sent_ = false;
  const std::lock_guard lock(mutex_);
  // A closing peer has `close_time` in all, however much it still says.
  if (!closing_) silence_.set(loop_.now() + options_.ping_interval);
}

void WebSocketSession::on_silence() {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || ping_sent_) return stream_->abort();
    enqueue(WebSocketOpcode::ping, "");
  }
  ping_sent_ = true;
  silence_.set(loop_.now() + options_.pong_time);
}

bool WebSocketSession::handle_events() {
  while (true) {
    auto event = reader_.poll();
    if (!event) {
      outcome_ = {event.error(), ""};
      close(event.error(), "");
      return false;
    }
    if (!*event) return true;
    if (!handle_event(std::move(**event))) return false;
  }
}

bool WebSocketSession::handle_event(WebSocketEvent event) {
  switch (event.opcode) {
    case WebSocketOpcode::text:
      return handle_message(on_text_, std::move(event));
    case WebSocketOpcode::binary:
      return handle_message(on_binary_, std::move(event));
    case WebSocketOpcode::close:
      return handle_close(event.payload);
    case WebSocketOpcode::ping: {
      const std::lock_guard lock(mutex_);
      // A peer that pings and doesn't read must not fill our memory.
      if (!closing_ && pending_.size() < options_.max_queued)
        enqueue(WebSocketOpcode::pong, event.payload);
      return true;
    }
    case WebSocketOpcode::pong:
    case WebSocketOpcode::continuation:
      return true;
  }
  return true;
}

bool WebSocketSession::handle_message(std::function<void(std::string)>& callback,
                                      WebSocketEvent event) {
  {
    // Messages that cross our close are not delivered.
    const std::lock_guard lock(mutex_);
    if (closing_) return true;
  }
  if (!callback) {
    close(websocket_close::kUnsupportedData, "");
    return true;
  }
  // A callback may set another in its own place.
  auto running = std::exchange(callback, nullptr);
  running(std::move(event.payload));
  if (!callback) callback = std::move(running);
  return true;
}

/// RFC 6455 §5.5.1: echoed unless it is itself the echo of ours.
bool WebSocketSession::handle_close(std::string_view payload) {
  const auto received = parse_websocket_close(payload);
  outcome_ = received.value_or(WebSocketClose{websocket_close::kProtocolError, ""});
  const bool sendable = outcome_.code != websocket_close::kNoStatus;
  close(sendable ? outcome_.code : websocket_close::kNormal, "");
  return false;
}

bool WebSocketSession::queue(WebSocketOpcode opcode, std::string_view payload) {
  const std::lock_guard lock(mutex_);
  if (closing_ || pending_.size() + payload.size() > options_.max_queued) return false;
  enqueue(opcode, payload);
  return true;
}

/// With `mutex_` held.
void WebSocketSession::enqueue(WebSocketOpcode opcode, std::string_view payload) {
  std::optional<std::uint32_t> mask;
  if (role_ == WebSocketRole::client) mask = fresh_mask();
  write_websocket_frame(pending_, opcode, payload, mask);
  if (std::exchange(writing_, true)) return;
  handle_.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) spawn(self->loop_.context(), self, self->write());
  });
}

Task<void> WebSocketSession::write() {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      sending_.clear();
      sending_.swap(pending_);
      if (sending_.empty()) writing_ = false;
    }
    if (sending_.empty()) break;
    const IoResult sent = co_await stream_->write(as_bytes(sending_));
    // The reader meets the same error and ends the session; `writing_` stays, nothing more goes
    // out.
    if (!sent) co_return stream_->abort();
  }
  if (ended_) co_await shut_down();
}

void WebSocketSession::close(std::uint16_t code, std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(closing_, true)) return;
    enqueue(WebSocketOpcode::close, websocket_close_payload(code, reason));
  }
  handle_.dispatch([weak = weak_from_this(), at = read_clocks() + options_.close_time] {
    if (const auto self = weak.lock()) self->silence_.set(at);
  });
}

/// The reader has finished: tell the owner, and close when the last frames are out.
void WebSocketSession::end() {
  ended_ = true;
  bool writer_runs = false;
  {
    const std::lock_guard lock(mutex_);
    writer_runs = writing_;
    closing_ = true;
  }
  silence_.set(loop_.now() + options_.close_time);
  if (!writer_runs) spawn(loop_.context(), shared_from_this(), shut_down());
  const auto tell = std::exchange(on_close_, nullptr);
  on_text_ = nullptr;
  on_binary_ = nullptr;
  if (tell) tell(outcome_.code, std::move(outcome_.reason));
}

Task<void> WebSocketSession::shut_down() {
  co_await stream_->close();
  silence_.clear();
}

}  // namespace parley::net
