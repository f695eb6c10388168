#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "crypto/hash.hpp"

namespace parley::crypto {

// The primitives of SRTP. Each is made once per key and then works in place without allocating;
// each is movable and belongs to one thread.

using AesKeyView = std::span<const std::uint8_t, 16>;

/// AES-128 in counter mode, RFC 3711 §4.1.1.
class AesCounter {
 public:
  explicit AesCounter(AesKeyView key);
  AesCounter(AesCounter&&) noexcept;
  ~AesCounter();

  /// XORs the key stream that begins at counter block `iv` onto `data`: both encrypts and decrypts.
  void apply(std::span<const std::uint8_t, 16> iv, MutableByteView data);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// AES-128-GCM with a 12-byte nonce and a 16-byte tag, RFC 5116 §5.1. A nonce must never repeat.
class AesGcm {
 public:
  static constexpr std::size_t kTagSize = 16;
  using Nonce = std::array<std::uint8_t, 12>;

  explicit AesGcm(AesKeyView key);
  AesGcm(AesGcm&&) noexcept;
  ~AesGcm();

  /// Encrypts `data` and writes the tag, which also covers the `associated` parts in their order.
  void seal(const Nonce& nonce, std::initializer_list<ByteView> associated, MutableByteView data,
            std::span<std::uint8_t, kTagSize> tag);
  /// False when the tag is wrong; `data` is then garbage and must be dropped.
  bool open(const Nonce& nonce, std::initializer_list<ByteView> associated, MutableByteView data,
            std::span<const std::uint8_t, kTagSize> tag);

 private:
  struct State;
  std::unique_ptr<State> sealer_;
  std::unique_ptr<State> opener_;
};

/// HMAC-SHA1 (RFC 2104) with its key prepared.
class HmacSha1 {
 public:
  explicit HmacSha1(ByteView key);
  HmacSha1(HmacSha1&&) noexcept;
  ~HmacSha1();

  /// The digest of the parts joined.
  Sha1Digest digest(std::initializer_list<ByteView> parts) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace parley::crypto
