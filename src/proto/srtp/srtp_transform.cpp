#include "proto/srtp/srtp_transform.hpp"

#include <algorithm>
#include <span>

#include "crypto/srtp_cipher.hpp"

namespace parley::srtp {
namespace {

/// XORs SSRC and index onto a salt: RFC 3711 §4.1.1 has them at byte 4, RFC 7714 §8.1 and §9.1 at
/// byte 2. An index always takes 6 bytes: RTCP's 31 bits have zeros before them.
void mix_in(std::uint8_t* out, std::uint32_t ssrc, std::uint64_t index) {
  for (int i = 0; i < 4; ++i) out[i] ^= static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
  for (int i = 0; i < 6; ++i) out[4 + i] ^= static_cast<std::uint8_t>(index >> (40 - 8 * i));
}

class GcmTransform final : public SrtpTransform {
 public:
  explicit GcmTransform(const SessionKeys& keys) : cipher_(keys.encryption) {
    std::copy_n(keys.salt.begin(), salt_.size(), salt_.begin());
  }

  std::size_t tag_size() const override { return crypto::AesGcm::kTagSize; }
  bool tag_before_word() const override { return true; }

  void seal(const PacketParts& parts, MutableByteView tag) override {
    cipher_.seal(nonce(parts), {parts.header, word(parts)}, parts.payload,
                 tag.first<crypto::AesGcm::kTagSize>());
  }

  bool open(const PacketParts& parts, ByteView tag) override {
    return cipher_.open(nonce(parts), {parts.header, word(parts)}, parts.payload,
                        tag.first<crypto::AesGcm::kTagSize>());
  }

 private:
  crypto::AesGcm::Nonce nonce(const PacketParts& parts) const {
    crypto::AesGcm::Nonce nonce = salt_;
    mix_in(nonce.data() + 2, parts.ssrc, parts.index);
    return nonce;
  }

  /// The rollover counter is in the nonce already; only what travels is associated data.
  static ByteView word(const PacketParts& parts) {
    return parts.word_travels ? ByteView(parts.word) : ByteView();
  }

  crypto::AesGcm cipher_;
  crypto::AesGcm::Nonce salt_{};
};

class CounterModeTransform final : public SrtpTransform {
 public:
  explicit CounterModeTransform(const SessionKeys& keys)
      : cipher_(keys.encryption), mac_(keys.authentication), salt_(keys.salt) {}

  std::size_t tag_size() const override { return kTagSize; }
  bool tag_before_word() const override { return false; }

  void seal(const PacketParts& parts, MutableByteView tag) override {
    apply(parts);
    const crypto::Sha1Digest digest = authenticate(parts);
    std::copy_n(digest.begin(), kTagSize, tag.begin());
  }

  bool open(const PacketParts& parts, ByteView tag) override {
    const crypto::Sha1Digest digest = authenticate(parts);
    if (!crypto::equal_in_constant_time(ByteView(digest).first(kTagSize), tag)) return false;
    apply(parts);
    return true;
  }

 private:
  static constexpr std::size_t kTagSize = 10;

  void apply(const PacketParts& parts) {
    std::array<std::uint8_t, 16> iv{};
    std::copy(salt_.begin(), salt_.end(), iv.begin());
    mix_in(iv.data() + 4, parts.ssrc, parts.index);
    cipher_.apply(iv, parts.payload);
  }

  crypto::Sha1Digest authenticate(const PacketParts& parts) const {
    return mac_.digest({parts.header, parts.payload, parts.word});
  }

  crypto::AesCounter cipher_;
  crypto::HmacSha1 mac_;
  std::array<std::uint8_t, 14> salt_;
};

}  // namespace

std::unique_ptr<SrtpTransform> make_transform(crypto::SrtpProfile profile,
                                              const SessionKeys& keys) {
  switch (profile) {
    case crypto::SrtpProfile::aead_aes_128_gcm:
      return std::make_unique<GcmTransform>(keys);
    case crypto::SrtpProfile::aes_cm_128_hmac_sha1_80:
      return std::make_unique<CounterModeTransform>(keys);
  }
  return nullptr;
}

}  // namespace parley::srtp
