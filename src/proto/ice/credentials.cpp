#include "proto/ice/credentials.hpp"

#include "wire/stun.hpp"

namespace parley::ice {
namespace {

constexpr std::size_t kUfragLength = 8;
constexpr std::size_t kPasswordLength = 24;

// RFC 8839 §5.4: `ice-char`, 64 of them.
std::string random_ice_chars(Random& random, std::size_t length) {
  constexpr std::string_view kIceChars =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Bytes bytes(length);
  random.fill(bytes);
  std::string text;
  for (const std::uint8_t byte : bytes) text += kIceChars[byte % kIceChars.size()];
  return text;
}

}  // namespace

Credentials make_credentials(Random& random) {
  Credentials credentials;
  credentials.ufrag = random_ice_chars(random, kUfragLength);
  credentials.password = random_ice_chars(random, kPasswordLength);
  return credentials;
}

std::optional<std::string> ufrag_of(ByteView datagram) {
  const auto message = wire::parse_stun(datagram);
  if (!message || message->message_class != wire::StunClass::request || !message->username)
    return std::nullopt;
  const std::size_t colon = message->username->find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  return std::string(message->username->substr(0, colon));
}

}  // namespace parley::ice
