#include "net/websocket_handshake.hpp"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>

#include "base/bytes.hpp"

namespace parley::net {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

}  // namespace

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

std::string websocket_accept(std::string_view key) {
  const std::string joined = std::string(key).append(kGuid);
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(joined.data()), joined.size(), digest.data());
  return to_base64(digest);
}

std::string make_websocket_key() {
  std::array<std::uint8_t, 16> bytes;
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  return to_base64(bytes);
}

}  // namespace parley::net
