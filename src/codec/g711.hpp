#pragma once

#include <cstdint>
#include <span>

/// ITU-T G.711: 16-bit linear samples (the 14 or 13 bits of the standard, left-justified) to and
/// from one byte a sample, at 8 kHz.
namespace parley::codec {

/// The byte of digital silence (+0), for padding.
inline constexpr std::uint8_t kPcmuSilence = 0xFF;
inline constexpr std::uint8_t kPcmaSilence = 0xD5;

std::uint8_t encode_pcmu(std::int16_t sample);
std::uint8_t encode_pcma(std::int16_t sample);
std::int16_t decode_pcmu(std::uint8_t byte);
std::int16_t decode_pcma(std::uint8_t byte);

/// `out` must be as long as `in`.
void encode_pcmu(std::span<const std::int16_t> in, std::span<std::uint8_t> out);
void encode_pcma(std::span<const std::int16_t> in, std::span<std::uint8_t> out);
void decode_pcmu(std::span<const std::uint8_t> in, std::span<std::int16_t> out);
void decode_pcma(std::span<const std::uint8_t> in, std::span<std::int16_t> out);

}  // namespace parley::codec
