#include "crypto/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "crypto/openssl/handles.hpp"

namespace parley::crypto {
namespace {

template <class Digest>
Digest digest(const EVP_MD* algorithm, ByteView data) {
  Digest out;
  must(EVP_Digest(data.data(), data.size(), out.data(), nullptr, algorithm, nullptr) == 1, "hash");
  return out;
}

template <class Digest>
Digest hmac(const EVP_MD* algorithm, ByteView key, ByteView data) {
  // A null key would mean "the key of the last call" to OpenSSL.
  const void* key_data = key.empty() ? static_cast<const void*>("") : key.data();
  Digest out;
  must(HMAC(algorithm, key_data, static_cast<int>(key.size()), data.data(), data.size(), out.data(),
            nullptr) != nullptr,
       "compute an HMAC");
  return out;
}

bool affordable(const ScryptCost& cost) {
  constexpr std::uint64_t kMost = kMaxScryptMemory / 128;
  if (cost.n < 2 || cost.r == 0 || cost.p == 0) return false;
  return cost.r <= kMost && cost.p <= kMost && cost.n <= kMost / cost.r && cost.p <= kMost / cost.r;
}

}  // namespace

Sha256Digest sha256(ByteView data) {
  return digest<Sha256Digest>(EVP_sha256(), data);
}

Sha1Digest sha1(ByteView data) {
  return digest<Sha1Digest>(EVP_sha1(), data);
}

Sha1Digest hmac_sha1(ByteView key, ByteView data) {
  return hmac<Sha1Digest>(EVP_sha1(), key, data);
}

Sha256Digest hmac_sha256(ByteView key, ByteView data) {
  return hmac<Sha256Digest>(EVP_sha256(), key, data);
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes scrypt(std::string_view password, ByteView salt, ScryptCost cost, std::size_t size) {
  if (!affordable(cost)) return {};
  Bytes out(size);
  // OpenSSL counts its whole working area against the limit: both arrays and a block more.
  const std::uint64_t limit = 3 * kMaxScryptMemory;
  const int done = EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(),
                                  cost.n, cost.r, cost.p, limit, out.data(), out.size());
  return done == 1 ? out : Bytes{};
}

}  // namespace parley::crypto
