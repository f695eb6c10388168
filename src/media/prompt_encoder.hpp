#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "codec/codec.hpp"
#include "dsp/samples.hpp"
#include "media/encoded_prompt.hpp"

namespace parley::media {

/// Why a prompt cannot be played.
enum class PromptError : std::uint8_t {
  too_large,           ///< over `kMaxPromptBytes`
  not_wav,             ///< not a RIFF/WAVE file that holds sound
  unsupported_format,  ///< not 16-bit PCM, mono, 8 to 48 kHz
  empty,               ///< no samples
  too_long,            ///< over `kMaxPromptLength`
};

/// The kind for the code, and a sentence for the bot that says what was found and what is allowed:
/// "the file has 2 channels; allowed is 1 (mono)".
struct PromptFailure {
  PromptError error;
  std::string text;
};

inline constexpr std::size_t kMaxPromptBytes = 20u << 20;
inline constexpr std::chrono::minutes kMaxPromptLength{10};

struct PromptEncoding {
  std::vector<codec::Codec> codecs{codec::Codec::opus};
  std::uint32_t opus_bitrate = 24'000;  ///< bit/s
  int opus_complexity = 5;              ///< 0 to 10
  std::uint32_t fade_ms = 5;            ///< at both edges, so that no edge clicks
};

/// Encodes a whole sound: mono, any rate from 8 to 48 kHz. Takes about 6 ms per second of sound for
/// Opus, and 100 KB of memory per second while it runs: work for a worker, not for a tick. The last
/// frame is filled up with silence, and one more is added where Opus' look-ahead (6.5 ms) needs it.
Result<SharedPrompt, PromptFailure> encode_prompt(dsp::SampleView samples, std::uint32_t rate,
                                                  const PromptEncoding& encoding = {});

/// The same for the bytes of a WAV file.
Result<SharedPrompt, PromptFailure> encode_wav_prompt(ByteView file,
                                                      const PromptEncoding& encoding = {});

}  // namespace parley::media
