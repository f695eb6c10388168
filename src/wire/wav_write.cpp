#include <algorithm>
#include <cassert>
#include <string_view>

#include "wire/wav.hpp"

namespace parley::wire {
namespace {

constexpr std::uint32_t kUnknownSize = 0xFFFFFFFF;
/// What a header counts beside the samples: everything after the RIFF header's own eight bytes.
constexpr std::uint32_t kRiffOverhead = kWavHeaderSize - 8;

void put(WavHeader& header, std::size_t offset, std::uint32_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    header[offset + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

void put(WavHeader& header, std::size_t offset, std::string_view text) {
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

WavHeader wav_header(std::uint32_t sample_rate, std::uint64_t samples) {
  assert(sample_rate >= kMinWavRate && sample_rate <= kMaxWavRate);
  const bool fits = samples <= (kUnknownSize - kRiffOverhead) / 2;
  const auto data_size = static_cast<std::uint32_t>(samples * 2);
  WavHeader header{};
  put(header, 0, "RIFF");
  put(header, 4, fits ? data_size + kRiffOverhead : kUnknownSize, 4);
  put(header, 8, "WAVEfmt ");
  put(header, 16, 16, 4);
  put(header, 20, 1, 2);
  put(header, 22, 1, 2);
  put(header, 24, sample_rate, 4);
  put(header, 28, sample_rate * 2, 4);
  put(header, 32, 2, 2);
  put(header, 34, 16, 2);
  put(header, 36, "data");
  put(header, 40, fits ? data_size : kUnknownSize, 4);
  return header;
}

void append_wav_samples(Bytes& out, std::span<const std::int16_t> samples) {
  out.reserve(out.size() + samples.size() * 2);
  for (const std::int16_t sample : samples) {
    const auto bits = static_cast<std::uint16_t>(sample);
    out.push_back(static_cast<std::uint8_t>(bits));
    out.push_back(static_cast<std::uint8_t>(bits >> 8));
  }
}

std::optional<WavHeader> repaired_wav_header(ByteView start, std::uint64_t file_size) {
  if (start.size() < kWavHeaderSize || file_size < kWavHeaderSize) return std::nullopt;
  std::uint32_t rate = 0;
  for (std::size_t i = 28; i-- > 24;) rate = rate << 8 | start[i];
  if (rate < kMinWavRate || rate > kMaxWavRate) return std::nullopt;
  const WavHeader header = wav_header(rate, (file_size - kWavHeaderSize) / 2);
  const auto same = [&](std::size_t from, std::size_t to) {
    return std::equal(header.begin() + static_cast<std::ptrdiff_t>(from),
                      header.begin() + static_cast<std::ptrdiff_t>(to),
                      start.begin() + static_cast<std::ptrdiff_t>(from));
  };
  // Everything but the two sizes.
  if (!same(0, 4) || !same(8, 40)) return std::nullopt;
  return header;
}

}  // namespace parley::wire
