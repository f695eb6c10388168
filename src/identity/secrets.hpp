#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/hash.hpp"

namespace parley::identity {

/// 256 random bits as 43 base64url characters: client secrets, refresh tokens, administrator
/// tokens. With so many bits a plain SHA-256 is a safe way to keep them.
inline std::string make_secret(Random& random) {
  std::uint8_t bits[32];
  random.fill(bits);
  return to_base64url(bits);
}

inline Bytes secret_hash(std::string_view secret) {
  return to_bytes(crypto::sha256(as_bytes(secret)));
}

inline bool secret_matches(std::string_view secret, ByteView sha256) {
  return crypto::equal_in_constant_time(crypto::sha256(as_bytes(secret)), sha256);
}

}  // namespace parley::identity
