#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.hpp"

struct OpusEncoder;

namespace parley::codec {

struct OpusEncoderOptions {
  std::uint32_t bitrate = 24'000;  ///< bit/s, variable; 6000 to 128000
  int complexity = 5;              ///< 0 to 10: 0.05, 0.11 and 0.20 ms per frame at 0, 5 and 10
  bool fec = false;                ///< in-band redundancy (LBRR); needs `expected_loss_percent`
  int expected_loss_percent = 0;   ///< 0 to 100
  std::uint32_t rate = 48'000;     ///< input rate: 8000, 12000, 16000, 24000 or 48000
};

/// Mono speech (VOIP), 20 ms frames, no DTX: silence is sent as such, or not at all by the caller.
/// The sound comes out of a decoder `lookahead()` samples late.
class OpusFrameEncoder {
 public:
  /// No 20 ms mono frame is larger (RFC 6716 §3.4 R2).
  static constexpr std::size_t kMaxFrameBytes = 1'275;

  explicit OpusFrameEncoder(const OpusEncoderOptions& options = {});
  OpusFrameEncoder(OpusFrameEncoder&&) noexcept = default;
  OpusFrameEncoder& operator=(OpusFrameEncoder&&) noexcept = default;

  /// Encodes one frame of exactly `frame_samples()` into `out` (at least `kMaxFrameBytes`); the
  /// packet's view into `out`.
  ByteView encode(std::span<const std::int16_t> frame, MutableByteView out);
  std::size_t frame_samples() const { return rate_ / 50; }

  /// An encoder that continues exactly as this one would: for a listener who diverges from the
  /// common mix. 44 KB are copied.
  OpusFrameEncoder clone() const;

  /// The same into an encoder that is there already, made with the same options: no allocation.
  void continue_from(const OpusFrameEncoder& other);

  /// While set, frames don't depend on earlier ones, so that they may follow whatever a decoder
  /// heard before. Costs bits: set it for the first frame after a splice.
  void set_prediction_disabled(bool disabled);
  void set_bitrate(std::uint32_t bits_per_second);
  void set_fec(bool enabled, int expected_loss_percent);

  /// Samples at the input rate.
  std::size_t lookahead() const;

 private:
  OpusFrameEncoder(std::uint32_t rate, std::vector<std::uint64_t> state);
  ::OpusEncoder* state();
  ::OpusEncoder* state() const;

  std::uint32_t rate_;
  std::vector<std::uint64_t> state_;  // libopus keeps no pointer into itself: bytes copy
};

}  // namespace parley::codec
