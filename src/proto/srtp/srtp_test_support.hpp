#pragma once

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "proto/srtp/srtp_session.hpp"

namespace parley::srtp {

inline crypto::SrtpMasterKey random_key(crypto::SrtpProfile profile, Random& random) {
  crypto::SrtpMasterKey key{.profile = profile,
                            .key = Bytes(crypto::kSrtpMasterKeySize),
                            .salt = Bytes(crypto::srtp_master_salt_size(profile))};
  random.fill(key.key);
  random.fill(key.salt);
  return key;
}

struct RtpShape {
  std::uint32_t ssrc = 0x1234;
  std::uint16_t sequence = 0;
  std::size_t csrcs = 0;
  std::optional<std::size_t> extension_words{};
  std::size_t payload = 20;
};

inline Bytes make_rtp(const RtpShape& shape, Random& random) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(0x80 | (shape.extension_words ? 0x10 : 0) | shape.csrcs));
  out.u8(111);
  out.u16(shape.sequence);
  out.u32(random.u32());
  out.u32(shape.ssrc);
  Bytes rest(4 * shape.csrcs);
  random.fill(rest);
  out.bytes(rest);
  if (shape.extension_words) {
    out.u16(0xBEDE);
    out.u16(static_cast<std::uint16_t>(*shape.extension_words));
    rest.resize(4 * *shape.extension_words);
    random.fill(rest);
    out.bytes(rest);
  }
  rest.resize(shape.payload);
  random.fill(rest);
  out.bytes(rest);
  return out.take();
}

/// A receiver report with `extra` more words of random content.
inline Bytes make_rtcp(std::uint32_t ssrc, std::size_t extra, Random& random) {
  ByteWriter out;
  out.u8(0x80);
  out.u8(201);
  out.u16(static_cast<std::uint16_t>(1 + extra));
  out.u32(ssrc);
  Bytes rest(4 * extra);
  random.fill(rest);
  out.bytes(rest);
  return out.take();
}

inline Result<Bytes, SrtpError> protect_rtp(SrtpSender& sender, Bytes packet) {
  const std::size_t size = packet.size();
  packet.resize(size + kMaxOverhead);
  const auto protected_size = sender.protect_rtp(packet, size);
  if (!protected_size) return Failure{protected_size.error()};
  packet.resize(*protected_size);
  return packet;
}

inline Result<Bytes, SrtpError> protect_rtcp(SrtpSender& sender, Bytes packet) {
  const std::size_t size = packet.size();
  packet.resize(size + kMaxOverhead);
  const auto protected_size = sender.protect_rtcp(packet, size);
  if (!protected_size) return Failure{protected_size.error()};
  packet.resize(*protected_size);
  return packet;
}

inline Result<Bytes, SrtpError> unprotect_rtp(SrtpReceiver& receiver, Bytes packet) {
  const auto size = receiver.unprotect_rtp(packet);
  if (!size) return Failure{size.error()};
  packet.resize(*size);
  return packet;
}

inline Result<Bytes, SrtpError> unprotect_rtcp(SrtpReceiver& receiver, Bytes packet) {
  const auto size = receiver.unprotect_rtcp(packet);
  if (!size) return Failure{size.error()};
  packet.resize(*size);
  return packet;
}

}  // namespace parley::srtp
