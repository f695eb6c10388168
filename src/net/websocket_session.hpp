#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/byte_stream.hpp"
#include "net/event_loop.hpp"
#include "net/url.hpp"
#include "net/websocket.hpp"
#include "net/websocket_client.hpp"

namespace parley::net {

/// The server's part of a handshake whose request has been found good.
struct WebSocketAcceptance {
  std::string key;      ///< The client's Sec-WebSocket-Key.
  HttpHeaders headers;  ///< Of the 101, beside the handshake's own.
  std::string rest;     ///< What came behind the request.
};

/// The WebSocket behind either role: Boost.Beast's stream, which stays behind this file's .cpp.
/// First `accept` or `ask`, then `start`.
class WebSocketSession : public WebSocket {
 public:
  /// `owner` is kept as long as the session lives.
  static std::shared_ptr<WebSocketSession> make(EventLoop& loop, ByteStreamPtr stream,
                                                const WebSocketOptions& options,
                                                std::shared_ptr<void> owner);

  /// As a server: sends the 101. False: the connection broke.
  virtual Task<bool> accept(WebSocketAcceptance acceptance) = 0;
  /// As a client: sends the request and takes the 101, or says why not.
  virtual Task<std::optional<ClientFailure>> ask(const WebSocketRequest& request,
                                                 const Url& url) = 0;
  /// Begins to read.
  virtual void start() = 0;
  /// Cuts the connection: 1006.
  virtual void abort() = 0;
};

}  // namespace parley::net
