#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_message.hpp"

namespace parley::net {

/// The client's key when the request is a WebSocket handshake (RFC 6455 §4.2.1), else the status
/// that says what is wrong with it: 426 for no upgrade or another version, 400 for the rest.
Result<std::string, int> check_websocket_request(const HttpRequest& request);
/// Sec-WebSocket-Accept for a key: base64(SHA-1(key + GUID)), §4.2.2.
std::string websocket_accept(std::string_view key);
/// 16 fresh random bytes in base64, §4.1.
std::string make_websocket_key();

}  // namespace parley::net
