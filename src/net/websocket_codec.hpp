#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace parley::net {

enum class WebSocketRole : std::uint8_t { client, server };

/// RFC 6455 §5.2.
enum class WebSocketOpcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// A whole message (fragments joined, unmasked) or a control frame.
struct WebSocketEvent {
  WebSocketOpcode opcode;
  std::string payload;
};

/// What a close frame carries, RFC 6455 §5.5.1.
struct WebSocketClose {
  std::uint16_t code;
  std::string reason;
};

/// Takes messages out of the bytes of one connection. Sans-IO.
class WebSocketReader {
 public:
  /// `role` is ours: a server takes masked frames only, a client unmasked ones only (§5.1).
  WebSocketReader(WebSocketRole role, std::size_t max_message)
      : role_(role), max_message_(max_message) {}

  void feed(ByteView bytes) { buffer_.append(as_text(bytes)); }
  /// The next event, nullopt when more bytes are needed, or the close code the connection ends
  /// with: 1002 for a broken frame, 1007 for text that is not UTF-8, 1009 over the limit.
  Result<std::optional<WebSocketEvent>, std::uint16_t> poll();

 private:
  struct Header {
    WebSocketOpcode opcode;
    bool final;
    std::size_t size;      ///< Of the header.
    std::uint64_t length;  ///< Of the payload.
    std::uint8_t mask[4];
  };

  Result<std::optional<Header>, std::uint16_t> parse_header() const;
  bool is_legal(std::uint8_t first, std::uint8_t second) const;
  std::optional<std::uint16_t> check(const Header& header) const;
  std::string take_payload(const Header& header);
  Result<std::optional<WebSocketEvent>, std::uint16_t> accept(const Header& header);

  WebSocketRole role_;
  std::size_t max_message_;
  std::string buffer_;
  std::optional<WebSocketEvent> message_;  ///< Fragments so far.
};

/// Appends one unfragmented frame. `mask`: required from a client, never from a server.
void write_websocket_frame(std::string& out, WebSocketOpcode opcode, std::string_view payload,
                           std::optional<std::uint32_t> mask);
/// A close frame's payload; the reason is cut to 123 bytes at a character's border.
std::string websocket_close_payload(std::uint16_t code, std::string_view reason);
/// kNoStatus for an empty payload; nullopt for one byte, a code that may not be sent, or bad UTF-8.
std::optional<WebSocketClose> parse_websocket_close(std::string_view payload);
/// RFC 3629: no overlong forms, no surrogates, at most U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace parley::net
