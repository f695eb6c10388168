#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "codec/codec.hpp"
#include "codec/opus_decoder.hpp"
#include "dsp/resampler.hpp"
#include "dsp/samples.hpp"
#include "proto/rtp/jitter_buffer.hpp"

namespace parley::bridge {

/// Makes an even stream of samples of one leg's packets: jitter buffer, decoder, concealment, and
/// silence where nothing was sent. It costs a decode per frame, so it exists only
/// while somebody needs the samples. Allocates when made, not when run.
class PortListener {
 public:
  /// What a recording needs; a mixer takes 48 kHz.
  static constexpr std::uint32_t kRate = 16'000;
  static constexpr std::uint32_t kMaxRate = 48'000;
  static constexpr std::size_t kFrameSamples = kRate / 50;
  /// Longest packet (RFC 7587 §4.2): 120 ms.
  static constexpr std::size_t kMaxPacketMs = 120;
  /// RFC 6464 levels from here on are quiet enough to shorten.
  static constexpr std::uint8_t kQuietLevel = 60;

  /// `rate` of the samples: 16 or 48 kHz.
  explicit PortListener(codec::Codec codec, std::uint32_t rate = kRate,
                        rtp::PlayoutDelayOptions delay = {});

  void insert(const Now& now, const wire::RtpHeader& header, ByteView payload,
              std::optional<std::uint8_t> level);
  /// Once per 20 ms: the next 20 ms of samples, valid until the next call.
  dsp::SampleView next_frame(const Now& now);

  /// Packets that came and have not been played yet.
  bool is_empty() const { return waiting() == 0; }
  std::size_t waiting() const { return jitter_.size(); }
  const rtp::JitterBufferStats& stats() const { return jitter_.stats(); }

 private:
  struct Narrow {
    explicit Narrow(std::uint32_t rate) : resampler(8'000, rate) {}
    dsp::Resampler resampler;
    std::array<std::int16_t, kMaxPacketMs * 8> last{};
    std::size_t size = 0;
  };

  void fill(const Now& now);
  void decode(ByteView payload);
  void make_up(const rtp::Missing& missing);
  void fall_silent();
  void resample(Narrow& narrow);
  /// Room for `count` samples behind what waits.
  dsp::MutableSampleView grow(std::size_t count);
  void shrink(std::size_t unused) { waiting_.resize(waiting_.size() - unused); }
  std::size_t last_samples() const { return last_units_ * rate_ / clock_rate_; }
  std::size_t frame_samples() const { return rate_ / 50; }

  std::uint32_t rate_;
  std::uint32_t clock_rate_;
  rtp::JitterBuffer jitter_;
  std::variant<codec::OpusFrameDecoder, Narrow> decoder_;
  codec::Codec codec_;
  std::uint32_t last_units_;  // length of the last packet, in RTP time
  bool silent_ = true;        // so was the last one
  dsp::Samples waiting_;
  std::array<std::int16_t, kMaxRate / 50> frame_{};
};

}  // namespace parley::bridge
