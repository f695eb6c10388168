#pragma once

#include <array>
#include <cstdint>

#include "crypto/srtp_profile.hpp"

namespace parley::srtp {

/// What protects either RTP or RTCP of one direction (RFC 3711 §4.3.1).
struct SessionKeys {
  std::array<std::uint8_t, 16> encryption{};
  std::array<std::uint8_t, 20> authentication{};  ///< unused by AEAD
  std::array<std::uint8_t, 14> salt{};            ///< AEAD uses the first 12 bytes
};

enum class KeyUse { rtp, rtcp };

/// RFC 3711 §4.3 with a key derivation rate of 0; RFC 7714 §11 takes the same function, the shorter
/// salt padded with zeros on the right. The sizes in `master` must fit its profile.
SessionKeys derive_session_keys(const crypto::SrtpMasterKey& master, KeyUse use);

}  // namespace parley::srtp
