#pragma once

#include "crypto/hash.hpp"
#include "crypto/openssl/handles.hpp"

namespace parley::crypto {

using ContextHandle = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;

/// Whom one session expects, and whether somebody else answered. A session keeps it as the
/// application data of its SSL object.
struct PeerCheck {
  Sha256Digest expected{};
  bool differs = false;
};

/// What all DTLS sessions with one certificate share: version, suites, curves, and the rule that
/// every peer shows a certificate with the fingerprint of its session's PeerCheck.
ContextHandle make_dtls_context(X509* certificate, EVP_PKEY* key);

}  // namespace parley::crypto
