#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace parley::crypto {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using BioHandle = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using BigNumber = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, FreeWith<X509_EXTENSION_free>>;
using GeneralNames = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Pkcs8Handle = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeWith<PKCS8_PRIV_KEY_INFO_free>>;
using X509Handle = std::unique_ptr<X509, FreeWith<X509_free>>;

/// For calls that fail only when memory, the random generator or our own use of OpenSSL is broken:
/// there is no sensible way on, in release builds too.
inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "parley: OpenSSL cannot %s\n", what);
  std::abort();
}

inline BioHandle memory_bio(std::string_view text) {
  BioHandle bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  must(bio != nullptr, "make a memory BIO");
  return bio;
}

/// The certificate that `der` holds and nothing behind it, or null.
inline X509Handle x509_from_der(ByteView der) {
  const unsigned char* at = der.data();
  X509Handle certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  return at == der.data() + der.size() ? std::move(certificate) : nullptr;
}

inline X509Handle x509_from_pem(std::string_view pem) {
  return X509Handle(PEM_read_bio_X509(memory_bio(pem).get(), nullptr, nullptr, nullptr));
}

/// Runs one of OpenSSL's `i2d_` functions.
template <class Encode, class Object>
Bytes encode_der(Encode encode, Object* object) {
  unsigned char* out = nullptr;
  const int size = encode(object, &out);
  must(size > 0, "encode DER");
  Bytes der(out, out + size);
  OPENSSL_free(out);
  return der;
}

}  // namespace parley::crypto
