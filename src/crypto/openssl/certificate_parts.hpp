#pragma once

#include "crypto/certificate.hpp"
#include "crypto/openssl/handles.hpp"

namespace parley::crypto {

struct Certificate::Parts {
  X509Handle certificate;
  KeyHandle key;
};

}  // namespace parley::crypto
