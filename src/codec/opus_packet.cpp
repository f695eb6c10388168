#include "codec/opus_packet.hpp"

namespace parley::codec {
namespace {

// RFC 6716 §3.1 table 2.
std::uint32_t samples_of_config(unsigned config) {
  constexpr std::uint32_t kSilk[] = {480, 960, 1920, 2880};
  constexpr std::uint32_t kCelt[] = {120, 240, 480, 960};
  if (config < 12) return kSilk[config & 3u];
  if (config < 16) return config & 1u ? 960 : 480;
  return kCelt[config & 3u];
}

OpusMode mode_of_config(unsigned config) {
  if (config < 12) return OpusMode::silk;
  return config < 16 ? OpusMode::hybrid : OpusMode::celt;
}

// §3.2.1: one byte below 252, else two.
std::optional<std::size_t> read_frame_length(ByteReader& reader) {
  const std::size_t first = reader.u8();
  if (first < 252) return reader.ok() ? std::optional(first) : std::nullopt;
  const std::size_t length = first + 4 * std::size_t{reader.u8()};
  return reader.ok() ? std::optional(length) : std::nullopt;
}

// Code 0 (R2): the rest is one frame. Code 1 (R3): two equal halves.
bool check_equal_frames(std::size_t bytes, std::size_t frames) {
  return bytes % frames == 0 && bytes / frames <= kMaxOpusFrameBytes;
}

// Code 2 (R4), and code 3 with variable bit rate (R7): each frame but the last has its length.
bool check_lengths(ByteReader& reader, std::size_t frames, std::size_t padding) {
  std::size_t explicit_bytes = 0;
  for (std::size_t i = 0; i + 1 < frames; ++i) {
    const auto length = read_frame_length(reader);
    if (!length) return false;
    explicit_bytes += *length;
  }
  const std::size_t rest = reader.remaining();
  if (rest < padding || rest - padding < explicit_bytes) return false;
  return rest - padding - explicit_bytes <= kMaxOpusFrameBytes;
}

// §3.2.5: padding bytes whose count runs over as many bytes as say 255.
std::optional<std::size_t> read_padding(ByteReader& reader) {
  std::size_t padding = 0;
  for (;;) {
    const std::size_t count = reader.u8();
    if (!reader.ok()) return std::nullopt;
    if (count < 255) return padding + count;
    padding += 254;
  }
}

// Code 3 (R5 to R7). Gives the frame count, 0 when the framing is wrong.
std::uint8_t check_many(ByteReader& reader, std::uint32_t frame_samples) {
  const std::uint8_t counts = reader.u8();
  const std::uint8_t frames = counts & 0x3Fu;
  if (!reader.ok() || frames == 0 || frames * frame_samples > kMaxOpusPacketSamples) return 0;
  std::size_t padding = 0;
  if (counts & 0x40u) {
    const auto read = read_padding(reader);
    if (!read) return 0;
    padding = *read;
  }
  if (counts & 0x80u) return check_lengths(reader, frames, padding) ? frames : std::uint8_t{0};
  if (reader.remaining() < padding) return 0;
  return check_equal_frames(reader.remaining() - padding, frames) ? frames : std::uint8_t{0};
}

}  // namespace

std::optional<OpusPacket> parse_opus_packet(ByteView packet) {
  ByteReader reader(packet);
  const unsigned toc = reader.u8();
  if (!reader.ok()) return std::nullopt;  // R1
  OpusPacket parsed{.mode = mode_of_config(toc >> 3),
                    .stereo = (toc & 4u) != 0,
                    .frames = 1,
                    .frame_samples = samples_of_config(toc >> 3)};
  bool good = false;
  switch (toc & 3u) {
    case 0:
      good = check_equal_frames(reader.remaining(), 1);
      break;
    case 1:
      parsed.frames = 2;
      good = check_equal_frames(reader.remaining(), 2);
      break;
    case 2:
      parsed.frames = 2;
      good = check_lengths(reader, 2, 0);
      break;
    case 3:
      parsed.frames = check_many(reader, parsed.frame_samples);
      good = parsed.frames != 0;
      break;
  }
  return good ? std::optional(parsed) : std::nullopt;
}

}  // namespace parley::codec
