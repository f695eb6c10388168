#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace parley::crypto {

using Sha256Digest = std::array<std::uint8_t, 32>;
using Sha1Digest = std::array<std::uint8_t, 20>;

/// FIPS 180-4.
Sha256Digest sha256(ByteView data);
/// For names that other people's formats made of SHA-1 (RFC 7515 `x5t`), never for security.
Sha1Digest sha1(ByteView data);

/// RFC 2104; a key of any length, empty included.
Sha1Digest hmac_sha1(ByteView key, ByteView data);
Sha256Digest hmac_sha256(ByteView key, ByteView data);

/// Compares secrets without telling by its duration where they differ. The lengths are not secret.
bool equal_in_constant_time(ByteView a, ByteView b);

/// RFC 7914 §2. `n` is a power of two above 1; memory is about 128 * n * r bytes.
struct ScryptCost {
  std::uint64_t n = 16384;
  std::uint32_t r = 8;
  std::uint32_t p = 1;
};

/// The most memory one derivation may take. Costs are read back from stored records, so a damaged
/// one must not take the whole machine.
constexpr std::uint64_t kMaxScryptMemory = 64u << 20;

/// Derives `size` bytes from a password. Takes tens of milliseconds on purpose: a worker's job,
/// never a shard's. Empty when the cost is not valid or needs more than `kMaxScryptMemory`.
Bytes scrypt(std::string_view password, ByteView salt, ScryptCost cost, std::size_t size);

}  // namespace parley::crypto
