#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

/// WAV files of 16-bit PCM, mono, 8 to 48 kHz: prompts in, recordings out. RIFF sizes are hints
/// here: a recording must be readable after a crash, and a prompt may come from a pipe that never
/// knew its length.
namespace parley::wire {

inline constexpr std::uint32_t kMinWavRate = 8'000;
inline constexpr std::uint32_t kMaxWavRate = 48'000;
/// Ten minutes at 48 kHz.
inline constexpr std::size_t kDefaultMaxWavSamples = std::size_t{10} * 60 * 48'000;

enum class WavError : std::uint8_t {
  not_wav,      ///< no RIFF/WAVE at the front
  bad_format,   ///< the fmt chunk is too short or contradicts itself
  encoding,     ///< not PCM
  channels,     ///< not mono
  sample_size,  ///< not 16 bits
  sample_rate,  ///< not in [kMinWavRate, kMaxWavRate]
  no_format,    ///< data before fmt
  no_data,      ///< the file ended before its data chunk
  too_long,     ///< more samples than the reader was told to take
};

struct WavFailure {
  WavError error = WavError::not_wav;
  std::uint32_t found =
      0;  ///< the offending value: format tag, channels, bits, rate; the limit that was passed

  friend bool operator==(const WavFailure&, const WavFailure&) = default;
};

/// What was found and what is allowed: `the file has 2 channels; allowed is 1 (mono)`.
std::string to_text(const WavFailure& failure);

/// Takes a file in pieces of any size. Chunks other than fmt and data are skipped; a data chunk of
/// unknown length (0xFFFFFFFF, or 0 in a header that was never patched) lasts until the end of the
/// file, and one that claims more than there is, too. What follows the data is ignored.
class WavReader {
 public:
  explicit WavReader(std::size_t max_samples = kDefaultMaxWavSamples) : max_samples_(max_samples) {}

  /// Appends the decoded samples. A failure is final: later calls give it again.
  Result<void, WavFailure> feed(ByteView bytes, std::vector<std::int16_t>& samples);
  /// Call at the end of the file: fails when its data chunk never came.
  Result<void, WavFailure> finish() const;

  /// In Hz, once the fmt chunk was read.
  std::optional<std::uint32_t> sample_rate() const { return sample_rate_; }

 private:
  enum class State : std::uint8_t { riff, chunk, format, skip, data, done };

  bool gather(ByteView& bytes, std::size_t size);
  std::optional<WavFailure> step(ByteView& bytes, std::vector<std::int16_t>& samples);
  std::optional<WavFailure> read_riff();
  std::optional<WavFailure> read_chunk();
  std::optional<WavFailure> read_format();
  std::optional<WavFailure> read_data(ByteView& bytes, std::vector<std::int16_t>& samples);
  void skip(ByteView& bytes);
  void begin_data(std::uint32_t size);

  std::size_t max_samples_;
  std::size_t taken_ = 0;
  State state_ = State::riff;
  Bytes gathered_;
  std::uint64_t position_ = 0;  ///< in the file
  std::uint64_t riff_end_ = 0;  ///< what the RIFF header claims
  std::uint32_t chunk_size_ = 0;
  std::uint64_t left_ = 0;                ///< of the chunk that is skipped or decoded
  std::optional<std::uint8_t> low_byte_;  ///< of a sample that two pieces share
  std::optional<std::uint32_t> sample_rate_;
  std::optional<WavFailure> failure_;
};

struct WavAudio {
  std::uint32_t sample_rate = 0;  ///< in Hz
  std::vector<std::int16_t> samples;

  friend bool operator==(const WavAudio&, const WavAudio&) = default;
};

/// A whole file at once.
Result<WavAudio, WavFailure> read_wav(ByteView file,
                                      std::size_t max_samples = kDefaultMaxWavSamples);

inline constexpr std::size_t kWavHeaderSize = 44;
using WavHeader = std::array<std::uint8_t, kWavHeaderSize>;

/// The header of a file of `samples` samples, which follow it. A recorder writes it with 0 first
/// and again at the end. Past what 32 bits hold (37 hours at 16 kHz) the sizes say "until the end
/// of the file".
WavHeader wav_header(std::uint32_t sample_rate, std::uint64_t samples);

/// Appends samples in the file's byte order.
void append_wav_samples(Bytes& out, std::span<const std::int16_t> samples);

/// The right header for a file of ours that was cut off: `start` is at least its first
/// kWavHeaderSize bytes, `file_size` its length, whose odd last byte doesn't count. nullopt when
/// `start` is no header of ours.
std::optional<WavHeader> repaired_wav_header(ByteView start, std::uint64_t file_size);

}  // namespace parley::wire
