#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "crypto/srtp_profile.hpp"
#include "proto/srtp/key_derivation.hpp"

namespace parley::srtp {

/// One packet cut into what a profile treats differently.
struct PacketParts {
  std::uint32_t ssrc = 0;
  std::uint64_t index = 0;  ///< 48 bits in RTP, 31 in RTCP
  ByteView header;          ///< authenticated, not encrypted
  MutableByteView payload;  ///< both
  /// RTP: the rollover counter, which never travels. RTCP: the E bit and the index, which do.
  std::array<std::uint8_t, 4> word{};
  bool word_travels = false;
};

/// A protection profile with the keys of RTP or of RTCP in one direction. Allocates nothing per
/// packet.
class SrtpTransform {
 public:
  virtual ~SrtpTransform() = default;

  virtual std::size_t tag_size() const = 0;
  /// In SRTCP the tag stands before the E-and-index word (RFC 7714 §9.2) or after it (RFC 3711
  /// §3.4).
  virtual bool tag_before_word() const = 0;
  /// Encrypts `parts.payload` in place and writes the tag, `tag_size()` bytes.
  virtual void seal(const PacketParts& parts, MutableByteView tag) = 0;
  /// Decrypts in place. False when the tag is wrong; the payload may then be garbage.
  virtual bool open(const PacketParts& parts, ByteView tag) = 0;
};

std::unique_ptr<SrtpTransform> make_transform(crypto::SrtpProfile profile, const SessionKeys& keys);

}  // namespace parley::srtp
