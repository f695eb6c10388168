#pragma once

#include <string>

#include "base/result.hpp"
#include "net/http_message.hpp"

namespace parley::net {

/// The client's key when the request is a WebSocket handshake (RFC 6455 §4.2.1), else the status
/// that says what is wrong with it: 426 for no upgrade or another version, 400 for the rest. Beast
/// has the same check, and sends its own answer at once: this one leaves it to HttpServerOptions.
Result<std::string, int> check_websocket_request(const HttpRequest& request);

}  // namespace parley::net
