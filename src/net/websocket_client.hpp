#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "net/client_error.hpp"
#include "net/http_message.hpp"
#include "net/websocket.hpp"

namespace parley::net {

class EventLoop;

struct WebSocketRequest {
  std::string url;                              ///< ws or wss.
  HttpHeaders headers;                          ///< Beside the handshake's own.
  std::string protocol;                         ///< The one subprotocol offered, or empty.
  Duration timeout = std::chrono::seconds(10);  ///< From the lookup to the server's 101.
  WebSocketOptions options;
};

/// Opens a WebSocket as a client (RFC 6455 §4.1). `done` is called exactly once, on the loop's
/// thread; it sets the callbacks, reading begins when it returns.
void connect_websocket(EventLoop& loop, const ConnectOptions& connect, WebSocketRequest request,
                       std::function<void(Result<WebSocketPtr, ClientFailure>)> done);

}  // namespace parley::net
