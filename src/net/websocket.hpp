#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace parley::net {

/// Close codes, RFC 6455 §7.4.1.
namespace websocket_close {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kUnsupportedData = 1003;
inline constexpr std::uint16_t kNoStatus = 1005;  ///< Never sent: the peer's close carried none.
inline constexpr std::uint16_t kAbnormal = 1006;  ///< Never sent: the connection broke.
inline constexpr std::uint16_t kInvalidPayload = 1007;
inline constexpr std::uint16_t kPolicyViolation = 1008;
inline constexpr std::uint16_t kTooBig = 1009;
inline constexpr std::uint16_t kTryAgainLater = 1013;
}  // namespace websocket_close

struct WebSocketOptions {
  std::size_t max_message = 64 << 10;  ///< Bytes, all fragments together; closed with 1009.
  std::size_t max_queued = 1 << 20;    ///< Bytes waiting for a slow peer; `send` returns false.
  Duration ping_interval = std::chrono::seconds(20);  ///< Of silence, then a ping.
  Duration pong_time = std::chrono::seconds(20);      ///< For anything to come after it; 1006.
  std::uint32_t max_pings_per_second = 50;            ///< The peer's; closed with 1008.
  Duration close_time = std::chrono::seconds(5);      ///< For the peer's close; then cut.
};

/// One open WebSocket (RFC 6455). Callbacks run on its loop's thread and are dropped after
/// `on_close`, so that they may hold the pointer itself. `send`, `send_binary` and `close` are
/// thread-safe.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  /// Whole messages; text is valid UTF-8. Without the callback, that kind of message closes with
  /// 1003.
  virtual void on_message(std::function<void(std::string text)> callback) = 0;
  virtual void on_binary(std::function<void(std::string bytes)> callback) = 0;
  /// Exactly once, last. The peer's code, or ours when we closed, or 1006.
  virtual void on_close(std::function<void(std::uint16_t code, std::string reason)> callback) = 0;

  /// False, and nothing is sent, when the socket is closing or its queue is full.
  virtual bool send(std::string_view text) = 0;
  virtual bool send_binary(ByteView bytes) = 0;
  /// What was sent before still goes out. `reason` is cut at 123 bytes.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

using WebSocketPtr = std::shared_ptr<WebSocket>;

}  // namespace parley::net
