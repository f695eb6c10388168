#include "net/websocket_handshake.hpp"

#include "base/bytes.hpp"

namespace parley::net {

Result<std::string, int> check_websocket_request(const HttpRequest& request) {
  const HttpHeaders& headers = request.headers;
  if (!headers.has_token("upgrade", "websocket")) return Failure{426};
  if (headers.get("sec-websocket-version") != "13") return Failure{426};
  if (request.method != "GET" || request.minor_version != 1 ||
      !headers.has_token("connection", "upgrade"))
    return Failure{400};
  const auto key = headers.get("sec-websocket-key");
  const auto bytes = key ? from_base64(*key) : std::nullopt;
  if (!bytes || bytes->size() != 16) return Failure{400};
  return std::string(*key);
}

}  // namespace parley::net
