#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace parley::crypto {

/// Both take AES-128. The numbers are those of the `use_srtp` extension (RFC 5764 §4.1.2, RFC 7714
/// §14.2).
enum class SrtpProfile : std::uint16_t {
  aes_cm_128_hmac_sha1_80 = 0x0001,
  aead_aes_128_gcm = 0x0007,
};

constexpr std::size_t kSrtpMasterKeySize = 16;

/// 14 bytes in RFC 3711, 12 in RFC 7714 §12.
constexpr std::size_t srtp_master_salt_size(SrtpProfile profile) {
  return profile == SrtpProfile::aead_aes_128_gcm ? 12 : 14;
}

/// What one direction of an SRTP session starts from.
struct SrtpMasterKey {
  SrtpProfile profile = SrtpProfile::aead_aes_128_gcm;
  Bytes key;   ///< kSrtpMasterKeySize bytes
  Bytes salt;  ///< srtp_master_salt_size(profile) bytes

  friend bool operator==(const SrtpMasterKey&, const SrtpMasterKey&) = default;
};

}  // namespace parley::crypto
