#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"

struct OpusDecoder;

namespace parley::codec {

/// Decodes one stream to mono samples (stereo is folded) at 48 kHz, or at 16 kHz for a recorder,
/// which costs less. Every received packet's framing is checked before libopus sees it. Move-only;
/// allocates when made, not when run.
class OpusFrameDecoder {
 public:
  /// `rate`: 8000, 12000, 16000, 24000 or 48000.
  explicit OpusFrameDecoder(std::uint32_t rate = 48'000);

  /// Writes the packet's samples to the front of `out` and gives their count; 0 for a malformed
  /// packet or one longer than `out` (nothing changes then: conceal it). 120 ms always fit in
  /// `max_samples()`.
  std::size_t decode(ByteView packet, std::span<std::int16_t> out);

  /// Makes up for a packet that was lost just before `next` from the redundancy in `next`, or by
  /// concealment when it has none. `out` must be as long as what was lost, a multiple of 2.5 ms.
  /// False when `next` is malformed; `out` is then concealed.
  bool decode_fec(ByteView next, std::span<std::int16_t> out);

  /// Fills `out` (a multiple of 2.5 ms, at most 120 ms) with what the sound would likely have been;
  /// fades to silence when repeated.
  void conceal(std::span<std::int16_t> out);

  void reset();
  std::uint32_t rate() const { return rate_; }
  std::size_t max_samples() const { return rate_ * 120 / 1000; }

 private:
  struct Destroy {
    void operator()(::OpusDecoder* state) const;
  };

  std::uint32_t rate_;
  std::unique_ptr<::OpusDecoder, Destroy> state_;
};

}  // namespace parley::codec
