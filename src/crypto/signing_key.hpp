#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace parley::crypto {

/// RFC 7518 §3.1: RSASSA-PKCS1-v1_5, RSASSA-PSS and ECDSA on P-256, each with SHA-256.
enum class SignatureAlgorithm { rs256, ps256, es256 };

/// The members of RFC 7517 that a public key has: base64url without padding, empty when the key
/// type has no such member. `kty` is "RSA" (n, e) or "EC" (crv "P-256", x, y).
struct Jwk {
  std::string kty, n, e, crv, x, y;
};

/// An RSA key of 2048 to 8192 bits or a P-256 key; no other can be made. Copies share the parsed
/// key and may be used from several threads.
class PublicKey {
 public:
  static constexpr int kMinRsaBits = 2048;
  static constexpr int kMaxRsaBits = 8192;

  /// A DER SubjectPublicKeyInfo, RFC 5280 §4.1. nullopt on trailing bytes and on unsuitable keys.
  static std::optional<PublicKey> from_spki_der(ByteView der);
  /// The key inside an X.509 certificate, whose dates and signature are not looked at.
  static std::optional<PublicKey> from_certificate_pem(std::string_view pem);
  static std::optional<PublicKey> from_certificate_der(ByteView der);

  /// False for a wrong signature and for an algorithm that doesn't fit the key. An ES256 signature
  /// is r || s, 64 bytes (RFC 7518 §3.4).
  bool verify(SignatureAlgorithm algorithm, ByteView data, ByteView signature) const;

  Jwk jwk() const;
  Bytes spki_der() const;

 private:
  friend class SigningKey;
  struct Key;
  explicit PublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

  std::shared_ptr<const Key> key_;
};

/// A private key and the one algorithm that it signs with. Copies share the key and may be used
/// from several threads.
class SigningKey {
 public:
  /// A fresh key: RSA 2048 for rs256 and ps256 (about 100 ms), P-256 for es256 (well under 1 ms).
  static SigningKey generate(SignatureAlgorithm algorithm);
  /// A DER PrivateKeyInfo, RFC 5208. PKCS #8 does not tell rs256 from ps256: an RSA key becomes
  /// rs256.
  static std::optional<SigningKey> from_pkcs8_der(ByteView der);

  /// The private key, unencrypted.
  Bytes pkcs8_der() const;
  SignatureAlgorithm algorithm() const { return algorithm_; }
  /// In the form that `PublicKey::verify` takes.
  Bytes sign(ByteView data) const;
  PublicKey public_key() const;

 private:
  using Key = PublicKey::Key;
  SigningKey(std::shared_ptr<const Key> key, SignatureAlgorithm algorithm)
      : key_(std::move(key)), algorithm_(algorithm) {}

  std::shared_ptr<const Key> key_;
  SignatureAlgorithm algorithm_;
};

}  // namespace parley::crypto
