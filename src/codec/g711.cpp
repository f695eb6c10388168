#include "codec/g711.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

namespace parley::codec {
namespace {

constexpr int kUBias =
    0x84;  // 33 in the standard's 14 bits: makes every segment start at a power of 2
constexpr int kUClip = 32635;              // the largest magnitude that the bias leaves in 15 bits
constexpr std::uint8_t kAEvenBits = 0x55;  // A-law inverts every even bit on the line

constexpr std::int16_t expand_pcmu(std::uint8_t byte) {
  const unsigned code = static_cast<std::uint8_t>(~byte);
  const int magnitude = (static_cast<int>((code & 0x0Fu) << 3) + kUBias) << ((code >> 4) & 7u);
  return static_cast<std::int16_t>(code & 0x80u ? kUBias - magnitude : magnitude - kUBias);
}

constexpr std::int16_t expand_pcma(std::uint8_t byte) {
  const unsigned code = byte ^ kAEvenBits;
  const unsigned segment = (code >> 4) & 7u;
  const int step = static_cast<int>((code & 0x0Fu) << 4) + 8;  // the middle of the interval
  const int magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1);
  return static_cast<std::int16_t>(code & 0x80u ? magnitude : -magnitude);
}

template <auto kExpand>
constexpr std::array<std::int16_t, 256> make_table() {
  std::array<std::int16_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) table[i] = kExpand(static_cast<std::uint8_t>(i));
  return table;
}

constexpr auto kPcmuTable = make_table<expand_pcmu>();
constexpr auto kPcmaTable = make_table<expand_pcma>();

template <auto kCode, class In, class Out>
void convert(std::span<const In> in, std::span<Out> out) {
  assert(in.size() == out.size());
  std::transform(in.begin(), in.end(), out.begin(), [](In value) { return kCode(value); });
}

}  // namespace

std::uint8_t encode_pcmu(std::int16_t sample) {
  const bool negative = sample < 0;
  const int clipped = std::min(negative ? -int{sample} : int{sample}, kUClip) + kUBias;
  const int segment = static_cast<int>(std::bit_width(static_cast<unsigned>(clipped))) - 8;
  const int mantissa = (clipped >> (segment + 3)) & 0x0F;
  const int code = (negative ? 0x80 : 0) | segment << 4 | mantissa;
  return static_cast<std::uint8_t>(~code);
}

std::uint8_t encode_pcma(std::int16_t sample) {
  const bool negative = sample < 0;
  // One's complement of negatives keeps the decision levels symmetric, as the standard's tables
  // are.
  const int magnitude = negative ? ~int{sample} : int{sample};
  const int width = static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude)));
  const int segment = std::max(width - 8, 0);
  const int mantissa = (magnitude >> (segment == 0 ? 4 : segment + 3)) & 0x0F;
  const int code = (negative ? 0 : 0x80) | segment << 4 | mantissa;
  return static_cast<std::uint8_t>(code ^ kAEvenBits);
}

std::int16_t decode_pcmu(std::uint8_t byte) {
  return kPcmuTable[byte];
}
std::int16_t decode_pcma(std::uint8_t byte) {
  return kPcmaTable[byte];
}

void encode_pcmu(std::span<const std::int16_t> in, std::span<std::uint8_t> out) {
  convert<static_cast<std::uint8_t (*)(std::int16_t)>(encode_pcmu)>(in, out);
}
void encode_pcma(std::span<const std::int16_t> in, std::span<std::uint8_t> out) {
  convert<static_cast<std::uint8_t (*)(std::int16_t)>(encode_pcma)>(in, out);
}
void decode_pcmu(std::span<const std::uint8_t> in, std::span<std::int16_t> out) {
  convert<static_cast<std::int16_t (*)(std::uint8_t)>(decode_pcmu)>(in, out);
}
void decode_pcma(std::span<const std::uint8_t> in, std::span<std::int16_t> out) {
  convert<static_cast<std::int16_t (*)(std::uint8_t)>(decode_pcma)>(in, out);
}

}  // namespace parley::codec
