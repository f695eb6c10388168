#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace parley::codec {

enum class OpusMode : std::uint8_t { silk, hybrid, celt };

/// What the framing of one Opus packet says (RFC 6716 §3).
struct OpusPacket {
  OpusMode mode;
  bool stereo;
  std::uint8_t frames;          ///< 1 to 48
  std::uint32_t frame_samples;  ///< per frame, at 48 kHz: 120 to 2880
  std::uint32_t samples() const { return frames * frame_samples; }
};

/// Longest packet: 120 ms (R5).
inline constexpr std::uint32_t kMaxOpusPacketSamples = 5'760;
/// Longest frame in bytes (R2).
inline constexpr std::size_t kMaxOpusFrameBytes = 1'275;

/// Reads the table of contents and checks the framing against every requirement of RFC 6716 §3.4;
/// nullopt for a packet that a decoder must not be given. Hostile input is expected.
std::optional<OpusPacket> parse_opus_packet(ByteView packet);

}  // namespace parley::codec
