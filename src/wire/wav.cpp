#include "wire/wav.hpp"

#include <algorithm>
#include <string_view>

namespace parley::wire {
namespace {

constexpr std::size_t kRiffHeaderSize = 12;
constexpr std::size_t kChunkHeaderSize = 8;
constexpr std::size_t kMinFormatSize = 16;
constexpr std::size_t kExtensibleSize = 40;
constexpr std::uint32_t kUnknownSize = 0xFFFFFFFF;
constexpr std::uint64_t kUntilTheEnd = UINT64_MAX;

constexpr std::uint16_t kPcm = 1;
constexpr std::uint16_t kExtensible = 0xFFFE;
/// The tail that makes a format tag a sub-format GUID.
constexpr std::array<std::uint8_t, 14> kGuidTail{0, 0, 0,    0, 0x10, 0,    0x80,
                                                 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71};

/// WAV is little-endian, unlike everything else in wire/.
std::uint16_t u16_at(ByteView bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(bytes[offset] | bytes[offset + 1] << 8);
}

std::uint32_t u32_at(ByteView bytes, std::size_t offset) {
  return u16_at(bytes, offset) | std::uint32_t{u16_at(bytes, offset + 2)} << 16;
}

bool text_at(ByteView bytes, std::size_t offset, std::string_view text) {
  return as_text(bytes.subspan(offset, text.size())) == text;
}

/// The fields of a fmt chunk that decide whether we can read the file.
struct Format {
  std::uint16_t tag;
  std::uint16_t channels;
  std::uint32_t sample_rate;
  std::uint16_t block_size;
  std::uint16_t bits;
};

Format parse_format(ByteView chunk) {
  Format format{.tag = u16_at(chunk, 0),
                .channels = u16_at(chunk, 2),
                .sample_rate = u32_at(chunk, 4),
                .block_size = u16_at(chunk, 12),
                .bits = u16_at(chunk, 14)};
  if (format.tag == kExtensible && chunk.size() >= kExtensibleSize &&
      std::equal(kGuidTail.begin(), kGuidTail.end(), chunk.begin() + 26)) {
    format.tag = u16_at(chunk, 24);
    const std::uint16_t valid_bits = u16_at(chunk, 18);
    if (valid_bits != 0) format.bits = std::min(format.bits, valid_bits);
  }
  return format;
}

std::optional<WavFailure> check(const Format& format) {
  if (format.tag != kPcm) return WavFailure{WavError::encoding, format.tag};
  if (format.channels != 1) return WavFailure{WavError::channels, format.channels};
  if (format.bits != 16) return WavFailure{WavError::sample_size, format.bits};
  if (format.sample_rate < kMinWavRate || format.sample_rate > kMaxWavRate)
    return WavFailure{WavError::sample_rate, format.sample_rate};
  if (format.block_size != 2) return WavFailure{WavError::bad_format, format.block_size};
  return std::nullopt;
}

std::string_view encoding_name(std::uint32_t tag) {
  if (tag == 2 || tag == 0x11) return "ADPCM";
  if (tag == 3) return "floating point";
  if (tag == 6) return "A-law";
  if (tag == 7) return "mu-law";
  if (tag == 0x55) return "MP3";
  return "unknown";
}

}  // namespace

std::string to_text(const WavFailure& failure) {
  const std::string found = std::to_string(failure.found);
  switch (failure.error) {
    case WavError::not_wav:
      return "the file does not begin with a RIFF/WAVE header";
    case WavError::bad_format:
      return "the file's fmt chunk is malformed (" + found + ")";
    case WavError::encoding:
      return "the file's encoding is " + found + " (" + std::string(encoding_name(failure.found)) +
             "); allowed is 1 (PCM)";
    case WavError::channels:
      return "the file has " + found + " channels; allowed is 1 (mono)";
    case WavError::sample_size:
      return "the file has " + found + " bits per sample; allowed is 16";
    case WavError::sample_rate:
      return "the file's sample rate is " + found + " Hz; allowed is " +
             std::to_string(kMinWavRate) + " to " + std::to_string(kMaxWavRate) + " Hz";
    case WavError::no_format:
      return "the file's data chunk comes before its fmt chunk";
    case WavError::no_data:
      return "the file ends before its data chunk";
    case WavError::too_long:
      return "the file is longer than " + found + " samples";
  }
  return {};
}

Result<void, WavFailure> WavReader::feed(ByteView bytes, std::vector<std::int16_t>& samples) {
  while (!failure_ && !bytes.empty() && state_ != State::done) failure_ = step(bytes, samples);
  if (failure_) return Failure{*failure_};
  return {};
}

Result<void, WavFailure> WavReader::finish() const {
  if (failure_) return Failure{*failure_};
  if (state_ == State::riff) return Failure{WavFailure{WavError::not_wav, 0}};
  if (state_ != State::data && state_ != State::done)
    return Failure{WavFailure{WavError::no_data, 0}};
  return {};
}

/// Moves bytes into `gathered_` until it holds `size`; true when it does.
bool WavReader::gather(ByteView& bytes, std::size_t size) {
  const std::size_t count = std::min(bytes.size(), size - gathered_.size());
  gathered_.insert(gathered_.end(), bytes.begin(),
                   bytes.begin() + static_cast<std::ptrdiff_t>(count));
  bytes = bytes.subspan(count);
  position_ += count;
  return gathered_.size() == size;
}

std::optional<WavFailure> WavReader::step(ByteView& bytes, std::vector<std::int16_t>& samples) {
  switch (state_) {
    case State::riff:
      return gather(bytes, kRiffHeaderSize) ? read_riff() : std::nullopt;
    case State::chunk:
      return gather(bytes, kChunkHeaderSize) ? read_chunk() : std::nullopt;
    case State::format:
      return gather(bytes, std::min<std::size_t>(chunk_size_, kExtensibleSize)) ? read_format()
                                                                                : std::nullopt;
    case State::skip:
      skip(bytes);
      return std::nullopt;
    case State::data:
      return read_data(bytes, samples);
    case State::done:
      break;
  }
  return std::nullopt;
}

std::optional<WavFailure> WavReader::read_riff() {
  if (!text_at(gathered_, 0, "RIFF") || !text_at(gathered_, 8, "WAVE"))
    return WavFailure{WavError::not_wav, 0};
  riff_end_ = std::uint64_t{u32_at(gathered_, 4)} + 8;
  gathered_.clear();
  state_ = State::chunk;
  return std::nullopt;
}

std::optional<WavFailure> WavReader::read_chunk() {
  const bool format = text_at(gathered_, 0, "fmt ");
  const bool data = text_at(gathered_, 0, "data");
  chunk_size_ = u32_at(gathered_, 4);
  gathered_.clear();
  if (format && chunk_size_ < kMinFormatSize) return WavFailure{WavError::bad_format, chunk_size_};
  if (data && !sample_rate_) return WavFailure{WavError::no_format, 0};
  if (data) {
    begin_data(chunk_size_);
  } else if (format) {
    state_ = State::format;
  } else {
    left_ = std::uint64_t{chunk_size_} + chunk_size_ % 2;
    state_ = left_ > 0 ? State::skip : State::chunk;
  }
  return std::nullopt;
}

void WavReader::begin_data(std::uint32_t size) {
  // A size of 0 is true only when the RIFF header, too, has been patched and counts what follows.
  const bool riff_knows = riff_end_ != std::uint64_t{kUnknownSize} + 8 && riff_end_ > position_;
  left_ = size;
  if (size == kUnknownSize || (size == 0 && !riff_knows)) left_ = kUntilTheEnd;
  state_ = left_ > 0 ? State::data : State::done;
}

std::optional<WavFailure> WavReader::read_format() {
  const Format format = parse_format(gathered_);
  if (const auto failure = check(format)) return failure;
  sample_rate_ = format.sample_rate;
  left_ = std::uint64_t{chunk_size_} + chunk_size_ % 2 - gathered_.size();
  gathered_.clear();
  state_ = left_ > 0 ? State::skip : State::chunk;
  return std::nullopt;
}

void WavReader::skip(ByteView& bytes) {
  const std::size_t count = std::min<std::uint64_t>(bytes.size(), left_);
  bytes = bytes.subspan(count);
  position_ += count;
  left_ -= count;
  if (left_ == 0) state_ = State::chunk;
}

std::optional<WavFailure> WavReader::read_data(ByteView& bytes,
                                               std::vector<std::int16_t>& samples) {
  ByteView now = bytes.first(std::min<std::uint64_t>(bytes.size(), left_));
  bytes = bytes.subspan(now.size());
  position_ += now.size();
  if (left_ != kUntilTheEnd) left_ -= now.size();
  const std::size_t whole = (now.size() + (low_byte_ ? 1 : 0)) / 2;
  if (whole > max_samples_ - taken_)
    return WavFailure{WavError::too_long, static_cast<std::uint32_t>(max_samples_)};
  taken_ += whole;
  for (const std::uint8_t byte : now) {
    if (low_byte_) samples.push_back(static_cast<std::int16_t>(*low_byte_ | byte << 8));
    low_byte_ = low_byte_ ? std::nullopt : std::optional(byte);
  }
  if (left_ == 0) state_ = State::done;
  return std::nullopt;
}

Result<WavAudio, WavFailure> read_wav(ByteView file, std::size_t max_samples) {
  WavReader reader(max_samples);
  WavAudio audio;
  if (const auto fed = reader.feed(file, audio.samples); !fed.ok()) return Failure{fed.error()};
  if (const auto finished = reader.finish(); !finished.ok()) return Failure{finished.error()};
  audio.sample_rate = *reader.sample_rate();
  return audio;
}

}  // namespace parley::wire
