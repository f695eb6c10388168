#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "base/bytes.hpp"
#include "codec/codec.hpp"
#include "codec/opus_encoder.hpp"
#include "dsp/resampler.hpp"
#include "dsp/samples.hpp"

namespace parley::bridge {

/// Encodes a mix of 48 kHz, 20 ms a call, in the codec of those who hear it. Allocates when made,
/// not when run.
class MixEncoder {
 public:
  static constexpr std::uint32_t kRate = 48'000;
  static constexpr std::size_t kFrameSamples = kRate / 50;

  explicit MixEncoder(codec::Codec codec);

  /// The payload of exactly `kFrameSamples`, valid until the next call.
  ByteView encode(dsp::SampleView frame);
  /// The next frame depends on none before it: its listener heard something else.
  void begin_anew() { anew_ = true; }
  /// Goes on exactly as `other`, of the same codec, would: its listener notices no change.
  void continue_from(const MixEncoder& other);

 private:
  static constexpr std::uint32_t kNarrowRate = 8'000;
  struct Narrow {
    dsp::Resampler resampler{kRate, kNarrowRate};
    std::array<std::int16_t, kFrameSamples> last{};  ///< all that the resampler remembers
    std::array<std::int16_t, kNarrowRate / 50 + 1> samples{};

    dsp::SampleView resample(dsp::SampleView frame);
  };

  codec::Codec codec_;
  bool anew_ = true;
  std::variant<codec::OpusFrameEncoder, Narrow> encoder_;
  std::array<std::uint8_t, codec::OpusFrameEncoder::kMaxFrameBytes> payload_{};
};

}  // namespace parley::bridge
