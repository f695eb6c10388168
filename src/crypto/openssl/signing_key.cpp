#include "crypto/signing_key.hpp"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <array>
#include <cassert>

#include "crypto/certificate.hpp"
#include "crypto/openssl/handles.hpp"

namespace parley::crypto {

struct PublicKey::Key {
  KeyHandle handle;
};

namespace {

/// RFC 7518 §3.4: each of r and s is 32 bytes, big-endian.
constexpr int kCoordinateSize = 32;
constexpr std::size_t kRawSignatureSize = 64;

bool is_rsa(EVP_PKEY* key) {
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
}

bool is_p256(EVP_PKEY* key) {
  std::array<char, 32> group{};
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
         std::string_view(group.data()) == SN_X9_62_prime256v1;
}

bool suitable(EVP_PKEY* key) {
  if (is_p256(key)) return true;
  const int bits = EVP_PKEY_get_bits(key);
  return is_rsa(key) && bits >= PublicKey::kMinRsaBits && bits <= PublicKey::kMaxRsaBits;
}

bool fits(SignatureAlgorithm algorithm, EVP_PKEY* key) {
  return algorithm == SignatureAlgorithm::es256 ? is_p256(key) : is_rsa(key);
}

/// RFC 7518 §3.5: PS256 takes MGF1 with SHA-256 (OpenSSL's default) and a salt as long as the hash.
bool set_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm) {
  if (algorithm != SignatureAlgorithm::ps256) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/// OpenSSL speaks ECDSA signatures in DER, JWS as r || s.
std::optional<Bytes> der_from_raw(ByteView raw) {
  if (raw.size() != kRawSignatureSize) return std::nullopt;
  EcdsaSignature signature(ECDSA_SIG_new());
  BigNumber r(BN_bin2bn(raw.data(), kCoordinateSize, nullptr));
  BigNumber s(BN_bin2bn(raw.data() + kCoordinateSize, kCoordinateSize, nullptr));
  must(signature && r && s, "allocate a signature");
  ECDSA_SIG_set0(signature.get(), r.release(), s.release());
  return encode_der(i2d_ECDSA_SIG, signature.get());
}

Bytes raw_from_der(ByteView der) {
  const unsigned char* at = der.data();
  EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  must(signature != nullptr, "read its own signature");
  Bytes raw(kRawSignatureSize);
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), kCoordinateSize);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + kCoordinateSize, kCoordinateSize);
  return raw;
}

/// An integer of a public key; `width` bytes long, or as short as it can be when 0 (RFC 7518 §6).
std::string integer_of(EVP_PKEY* key, const char* name, int width) {
  BIGNUM* found = nullptr;
  must(EVP_PKEY_get_bn_param(key, name, &found) == 1, "read a key's numbers");
  const BigNumber number(found);
  const int size = width != 0 ? width : BN_num_bytes(number.get());
  Bytes bytes(static_cast<std::size_t>(size));
  BN_bn2binpad(number.get(), bytes.data(), size);
  return to_base64url(bytes);
}

KeyHandle generate_key(SignatureAlgorithm algorithm) {
  EVP_PKEY* key = algorithm == SignatureAlgorithm::es256
                      ? EVP_EC_gen(SN_X9_62_prime256v1)
                      : EVP_RSA_gen(static_cast<unsigned>(PublicKey::kMinRsaBits));
  must(key != nullptr, "generate a key");
  return KeyHandle(key);
}

}  // namespace

std::optional<PublicKey> PublicKey::from_spki_der(ByteView der) {
  const unsigned char* at = der.data();
  KeyHandle key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (!key || at != der.data() + der.size() || !suitable(key.get())) return std::nullopt;
  return PublicKey(std::make_shared<Key>(Key{std::move(key)}));
}

std::optional<PublicKey> PublicKey::from_certificate_pem(std::string_view pem) {
  const auto der = certificate_der_from_pem(pem);
  return der ? from_certificate_der(*der) : std::nullopt;
}

std::optional<PublicKey> PublicKey::from_certificate_der(ByteView der) {
  const X509Handle certificate = x509_from_der(der);
  if (!certificate) return std::nullopt;
  KeyHandle key(X509_get_pubkey(certificate.get()));
  if (!key || !suitable(key.get())) return std::nullopt;
  return PublicKey(std::make_shared<Key>(Key{std::move(key)}));
}

bool PublicKey::verify(SignatureAlgorithm algorithm, ByteView data, ByteView signature) const {
  EVP_PKEY* key = key_->handle.get();
  if (!fits(algorithm, key)) return false;
  Bytes der;
  if (algorithm == SignatureAlgorithm::es256) {
    auto converted = der_from_raw(signature);
    if (!converted) return false;
    der = *std::move(converted);
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  return context &&
         EVP_DigestVerifyInit(context.get(), &key_context, EVP_sha256(), nullptr, key) == 1 &&
         set_padding(key_context, algorithm) &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(),
                          data.size()) == 1;
}

Jwk PublicKey::jwk() const {
  EVP_PKEY* key = key_->handle.get();
  Jwk jwk;
  if (is_rsa(key)) {
    jwk.kty = "RSA";
    jwk.n = integer_of(key, OSSL_PKEY_PARAM_RSA_N, 0);
    jwk.e = integer_of(key, OSSL_PKEY_PARAM_RSA_E, 0);
  } else {
    jwk.kty = "EC";
    jwk.crv = "P-256";
    jwk.x = integer_of(key, OSSL_PKEY_PARAM_EC_PUB_X, kCoordinateSize);
    jwk.y = integer_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinateSize);
  }
  return jwk;
}

Bytes PublicKey::spki_der() const {
  return encode_der(i2d_PUBKEY, key_->handle.get());
}

SigningKey SigningKey::generate(SignatureAlgorithm algorithm) {
  return {std::make_shared<Key>(Key{generate_key(algorithm)}), algorithm};
}

std::optional<SigningKey> SigningKey::from_pkcs8_der(ByteView der) {
  const unsigned char* at = der.data();
  const Pkcs8Handle info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  if (!info || at != der.data() + der.size()) return std::nullopt;
  KeyHandle key(EVP_PKCS82PKEY(info.get()));
  if (!key || !suitable(key.get())) return std::nullopt;
  const auto algorithm = is_rsa(key.get()) ? SignatureAlgorithm::rs256 : SignatureAlgorithm::es256;
  return SigningKey(std::make_shared<Key>(Key{std::move(key)}), algorithm);
}

Bytes SigningKey::pkcs8_der() const {
  const Pkcs8Handle info(EVP_PKEY2PKCS8(key_->handle.get()));
  must(info != nullptr, "encode a private key");
  return encode_der(i2d_PKCS8_PRIV_KEY_INFO, info.get());
}

Bytes SigningKey::sign(ByteView data) const {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  must(context &&
           EVP_DigestSignInit(context.get(), &key_context, EVP_sha256(), nullptr,
                              key_->handle.get()) == 1 &&
           set_padding(key_context, algorithm_),
       "begin a signature");
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_->handle.get()));
  Bytes signature(size);
  must(EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) == 1,
       "sign");
  signature.resize(size);
  return algorithm_ == SignatureAlgorithm::es256 ? raw_from_der(signature) : signature;
}

PublicKey SigningKey::public_key() const {
  // Parsed anew from its public half, so that a PublicKey never holds a private key.
  auto key = PublicKey::from_spki_der(encode_der(i2d_PUBKEY, key_->handle.get()));
  assert(key);
  return *std::move(key);
}

}  // namespace parley::crypto
