#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "crypto/hash.hpp"

namespace parley::crypto {

/// A certificate with its private key, for the DTLS side of a media connection. Peers know it by
/// its fingerprint only (RFC 8827 §6.5). Copies share the key and may be used from several threads.
class Certificate {
 public:
  /// ECDSA P-256, self-signed, valid from a day before `now.utc` for a year.
  static Certificate generate_self_signed(const Now& now);

  /// RFC 8122 §5: SHA-256 of the DER form; SDP prints it in upper-case hexadecimal with colons.
  Sha256Digest sha256_fingerprint() const;
  Bytes der() const;

  /// OpenSSL's view of it, for crypto/openssl/ only.
  struct Parts;
  const Parts& parts() const { return *parts_; }

 private:
  explicit Certificate(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

  std::shared_ptr<const Parts> parts_;
};

/// A certificate and its private key (PKCS #8, unencrypted), both PEM.
struct PemPair {
  std::string certificate;
  std::string key;
};

struct CaOptions {
  Now now{};
  /// At most 64 bytes of UTF-8 (RFC 5280 upper bound of a common name); more is cut off.
  std::string common_name = "Parley local CA";
  std::chrono::days lifetime{3650};
};

struct ServerCertificateOptions {
  Now now{};
  /// What clients may connect to: the subjectAltName, RFC 6125.
  std::vector<std::string> dns_names{};
  std::vector<IpAddress> ip_addresses{};
  /// 397 days is the most that browsers take.
  std::chrono::days lifetime{397};
};

/// A P-256 certificate authority that may sign server certificates only (path length 0).
PemPair make_ca(const CaOptions& options);
/// A P-256 server certificate signed by `ca`. nullopt when `ca` cannot be read, is not a pair, or a
/// DNS name is not ASCII.
std::optional<PemPair> make_server_certificate(const PemPair& ca,
                                               const ServerCertificateOptions& options);

/// The DER form of the first certificate in a PEM text.
std::optional<Bytes> certificate_der_from_pem(std::string_view pem);
/// RFC 7515 §4.1.8 `x5t#S256` before its base64url.
inline Sha256Digest certificate_thumbprint(ByteView der) {
  return sha256(der);
}

}  // namespace parley::crypto
