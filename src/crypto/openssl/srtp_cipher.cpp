// SHA-1 by its own functions, which OpenSSL calls deprecated: through EVP, OpenSSL 3.0 allocates
// for each HMAC, and that would be twice per packet.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/srtp_cipher.hpp"

#include <openssl/sha.h>

#include <algorithm>

#include "crypto/openssl/handles.hpp"

namespace parley::crypto {
namespace {

CipherContext cipher_context(const EVP_CIPHER* cipher, AesKeyView key, bool encrypt) {
  CipherContext context(EVP_CIPHER_CTX_new());
  must(context && EVP_CipherInit_ex(context.get(), cipher, nullptr, key.data(), nullptr,
                                    encrypt ? 1 : 0) == 1,
       "make a cipher");
  return context;
}

/// EVP takes an empty buffer's null pointer for another kind of call, so empty parts are not passed
/// on.
bool update(EVP_CIPHER_CTX* context, std::uint8_t* out, ByteView in) {
  int written = 0;
  return in.empty() ||
         EVP_CipherUpdate(context, out, &written, in.data(), static_cast<int>(in.size())) == 1;
}

bool begin_gcm(EVP_CIPHER_CTX* context, const AesGcm::Nonce& nonce,
               std::initializer_list<ByteView> associated) {
  return EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce.data(), -1) == 1 &&
         std::all_of(associated.begin(), associated.end(),
                     [&](ByteView part) { return update(context, nullptr, part); });
}

}  // namespace

struct AesCounter::State {
  CipherContext context;
};

AesCounter::AesCounter(AesKeyView key)
    : state_(std::make_unique<State>(State{cipher_context(EVP_aes_128_ctr(), key, true)})) {}
AesCounter::AesCounter(AesCounter&&) noexcept = default;
AesCounter::~AesCounter() = default;

void AesCounter::apply(std::span<const std::uint8_t, 16> iv, MutableByteView data) {
  EVP_CIPHER_CTX* context = state_->context.get();
  must(EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, iv.data(), -1) == 1 &&
           update(context, data.data(), data),
       "encrypt with AES");
}

struct AesGcm::State {
  CipherContext context;
};

AesGcm::AesGcm(AesKeyView key)
    : sealer_(std::make_unique<State>(State{cipher_context(EVP_aes_128_gcm(), key, true)})),
      opener_(std::make_unique<State>(State{cipher_context(EVP_aes_128_gcm(), key, false)})) {}
AesGcm::AesGcm(AesGcm&&) noexcept = default;
AesGcm::~AesGcm() = default;

void AesGcm::seal(const Nonce& nonce, std::initializer_list<ByteView> associated,
                  MutableByteView data, std::span<std::uint8_t, kTagSize> tag) {
  EVP_CIPHER_CTX* context = sealer_->context.get();
  int written = 0;
  must(begin_gcm(context, nonce, associated) && update(context, data.data(), data) &&
           EVP_CipherFinal_ex(context, tag.data(), &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag.data()) == 1,
       "seal with AES-GCM");
}

bool AesGcm::open(const Nonce& nonce, std::initializer_list<ByteView> associated,
                  MutableByteView data, std::span<const std::uint8_t, kTagSize> tag) {
  EVP_CIPHER_CTX* context = opener_->context.get();
  std::array<std::uint8_t, kTagSize> expected;
  std::copy(tag.begin(), tag.end(), expected.begin());
  int written = 0;
  return begin_gcm(context, nonce, associated) && update(context, data.data(), data) &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize, expected.data()) == 1 &&
         EVP_CipherFinal_ex(context, expected.data(), &written) == 1;
}

/// RFC 2104 §4: the hash states after the padded keys, kept so that a digest only copies them.
struct HmacSha1::State {
  SHA_CTX inner;
  SHA_CTX outer;

  explicit State(ByteView key) {
    std::array<std::uint8_t, SHA_CBLOCK> block{};
    if (key.size() > block.size()) {
      const Sha1Digest hashed = sha1(key);
      std::copy(hashed.begin(), hashed.end(), block.begin());
    } else {
      std::copy(key.begin(), key.end(), block.begin());
    }
    start(inner, block, 0x36);
    start(outer, block, 0x5C);
    OPENSSL_cleanse(block.data(), block.size());
  }

  static void start(SHA_CTX& hash, std::array<std::uint8_t, SHA_CBLOCK> block, std::uint8_t pad) {
    for (std::uint8_t& byte : block) byte ^= pad;
    SHA1_Init(&hash);
    SHA1_Update(&hash, block.data(), block.size());
  }
};

HmacSha1::HmacSha1(ByteView key) : state_(std::make_unique<const State>(key)) {}
HmacSha1::HmacSha1(HmacSha1&&) noexcept = default;
HmacSha1::~HmacSha1() = default;

Sha1Digest HmacSha1::digest(std::initializer_list<ByteView> parts) const {
  Sha1Digest out;
  SHA_CTX hash = state_->inner;
  for (const ByteView part : parts) SHA1_Update(&hash, part.data(), part.size());
  SHA1_Final(out.data(), &hash);
  hash = state_->outer;
  SHA1_Update(&hash, out.data(), out.size());
  SHA1_Final(out.data(), &hash);
  return out;
}

}  // namespace parley::crypto
