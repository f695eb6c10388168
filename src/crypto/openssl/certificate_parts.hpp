#pragma once

#include "crypto/certificate.hpp"
#include "crypto/openssl/dtls_context.hpp"
#include "crypto/openssl/handles.hpp"

namespace parley::crypto {

struct Certificate::Parts {
  X509Handle certificate;
  KeyHandle key;
  /// Costly to make, so one serves all sessions with this certificate.
  ContextHandle dtls;
};

}  // namespace parley::crypto
