#pragma once

#include <initializer_list>

#include "base/bytes.hpp"
#include "crypto/signing_key.hpp"

namespace parley::identity {

/// RSA keys are slow to make: one per test program is enough.
inline const crypto::SigningKey& test_rsa_key() {
  static const crypto::SigningKey key =
      crypto::SigningKey::generate(crypto::SignatureAlgorithm::ps256);
  return key;
}

/// A DER element: tag, length, content.
inline Bytes der(std::uint8_t tag, ByteView content) {
  ByteWriter writer;
  writer.u8(tag);
  if (content.size() < 0x80) {
    writer.u8(static_cast<std::uint8_t>(content.size()));
  } else {
    writer.u8(0x82);
    writer.u16(static_cast<std::uint16_t>(content.size()));
  }
  writer.bytes(content);
  return writer.take();
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// The smallest X.509 certificate (RFC 5280 §4.1) that holds the key, signed by itself.
inline Bytes test_certificate(const crypto::SigningKey& key) {
  const Bytes algorithm = *from_hex("300d06092a864886f70d01010b0500");  // sha256WithRSAEncryption
  const Bytes name = *from_hex("300f310d300b06035504030c0474657374");   // CN=test
  const Bytes from = der(0x17, as_bytes("250101000000Z"));
  const Bytes until = der(0x17, as_bytes("490101000000Z"));
  const Bytes to_be_signed =
      der(0x30, joined({*from_hex("a003020102"), *from_hex("020101"), algorithm, name,
                        der(0x30, joined({from, until})), name, key.public_key().spki_der()}));
  Bytes signature{0};  // no unused bits
  const Bytes signed_bits = key.sign(to_be_signed);
  signature.insert(signature.end(), signed_bits.begin(), signed_bits.end());
  return der(0x30, joined({to_be_signed, algorithm, der(0x03, signature)}));
}

}  // namespace parley::identity
