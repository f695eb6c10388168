#pragma once

#include <array>
#include <mutex>
#include <optional>

#include "net/byte_stream.hpp"
#include "net/event_loop.hpp"
#include "net/websocket.hpp"
#include "net/websocket_codec.hpp"

namespace parley::net {

/// The WebSocket behind either role, after the handshake. A reader coroutine takes messages; a
/// writer coroutine runs while frames wait. Frames are encoded by `send` on the caller's thread.
class WebSocketSession final : public WebSocket,
                               public std::enable_shared_from_this<WebSocketSession> {
 public:
  /// `owner` is kept as long as the session lives.
  WebSocketSession(EventLoop& loop, ByteStreamPtr stream, WebSocketRole role,
                   const WebSocketOptions& options, std::shared_ptr<void> owner);

  /// Begins to read; `rest` came with the handshake.
  void start(std::string_view rest);
  /// Cuts the connection: 1006.
  void abort() { stream_->abort(); }

  void on_message(std::function<void(std::string)> callback) override {
    on_text_ = std::move(callback);
  }
  void on_binary(std::function<void(std::string)> callback) override {
    on_binary_ = std::move(callback);
  }
  void on_close(std::function<void(std::uint16_t, std::string)> callback) override {
    on_close_ = std::move(callback);
  }
  bool send(std::string_view text) override { return queue(WebSocketOpcode::text, text); }
  bool send_binary(ByteView bytes) override {
    return queue(WebSocketOpcode::binary, as_text(bytes));
  }
  void close(std::uint16_t code, std::string_view reason) override;

 private:
  Task<void> read();
  /// False: the connection ends.
  bool handle_events();
  bool handle_event(WebSocketEvent event);
  bool handle_message(std::function<void(std::string)>& callback, WebSocketEvent event);
  bool handle_close(std::string_view payload);
  bool queue(WebSocketOpcode opcode, std::string_view payload);
  void enqueue(WebSocketOpcode opcode, std::string_view payload);
  Task<void> write();
  Task<void> shut_down();
  void end();
  void heard();
  void on_silence();

  EventLoop& loop_;
  LoopHandle handle_;
  std::shared_ptr<void> owner_;
  ByteStreamPtr stream_;
  WebSocketRole role_;
  WebSocketOptions options_;
  WebSocketReader reader_;
  Timer silence_;
  bool ping_sent_ = false;
  bool ended_ = false;
  WebSocketClose outcome_{websocket_close::kAbnormal, ""};
  std::function<void(std::string)> on_text_;
  std::function<void(std::string)> on_binary_;
  std::function<void(std::uint16_t, std::string)> on_close_;
  std::array<std::uint8_t, 4096> in_;
  std::string sending_;

  // Shared with the threads that send.
  std::mutex mutex_;
  std::string pending_;
  bool writing_ = false;
  bool closing_ = false;
};

}  // namespace parley::net
