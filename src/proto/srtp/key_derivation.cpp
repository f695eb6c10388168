#include "proto/srtp/key_derivation.hpp"

#include <algorithm>
#include <cassert>

#include "crypto/srtp_cipher.hpp"

namespace parley::srtp {
namespace {

/// RFC 3711 §4.3.1: x = label * 2^48 XOR master salt; the key stream begins at counter block x *
/// 2^16.
std::array<std::uint8_t, 16> first_block(ByteView master_salt, std::uint8_t label) {
  std::array<std::uint8_t, 16> block{};
  std::copy(master_salt.begin(), master_salt.end(), block.begin());
  block[7] ^= label;
  return block;
}

}  // namespace

SessionKeys derive_session_keys(const crypto::SrtpMasterKey& master, KeyUse use) {
  assert(master.key.size() == crypto::kSrtpMasterKeySize);
  assert(master.salt.size() == crypto::srtp_master_salt_size(master.profile));
  crypto::AesCounter prf(crypto::AesKeyView(master.key.data(), crypto::kSrtpMasterKeySize));
  const std::uint8_t base = use == KeyUse::rtp ? 0x00 : 0x03;
  SessionKeys keys;
  prf.apply(first_block(master.salt, base), keys.encryption);
  prf.apply(first_block(master.salt, static_cast<std::uint8_t>(base + 1)), keys.authentication);
  prf.apply(first_block(master.salt, static_cast<std::uint8_t>(base + 2)), keys.salt);
  return keys;
}

}  // namespace parley::srtp
