#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "codec/codec.hpp"
#include "codec/opus_decoder.hpp"
#include "dsp/resampler.hpp"
#include "dsp/samples.hpp"
#include "edge/webrtc_leg.hpp"
#include "proto/rtp/jitter_buffer.hpp"

namespace parley::client {

struct MediaRecorderOptions {
  /// Sound beyond is not kept, and counted: an expectation can look at 20 minutes.
  Duration max_length = std::chrono::minutes(15);
  rtp::PlayoutDelayOptions delay{};
};

/// Hears one leg as a telephone would and keeps it: sample i stands `i / kRate` after the start,
/// plus the jitter buffer's delay. What was lost is concealed, where nothing was sent there is
/// silence.
class MediaRecorder {
 public:
  static constexpr std::uint32_t kRate = 16'000;
  static constexpr std::size_t kFrameSamples = kRate / 50;
  static constexpr Duration kFrame = std::chrono::milliseconds(codec::kFrameMs);

  MediaRecorder(const Now& now, const edge::AudioFormat& format, MediaRecorderOptions options = {});

  void handle_input(const Now& now, const edge::ReceivedRtp& rtp);
  /// Plays all frames that are due.
  void handle_timeout(const Now& now);
  Instant next_deadline() const { return start_ + frames_ * kFrame; }

  const dsp::Samples& samples() const { return samples_; }
  const rtp::JitterBufferStats& stats() const { return buffer_.stats(); }
  std::uint64_t packets() const { return packets_; }
  std::uint64_t frames_beyond_limit() const { return beyond_limit_; }

 private:
  void play_one(const Now& now);
  void append(dsp::SampleView decoded);
  void play(const rtp::Frame& frame);
  void make_up(const rtp::Missing& missing);

  edge::AudioFormat format_;
  MediaRecorderOptions options_;
  Instant start_;
  std::int64_t frames_ = 0;  ///< ticks since the start
  rtp::JitterBuffer buffer_;
  codec::OpusFrameDecoder opus_{kRate};
  dsp::Resampler from_narrow_{8'000, kRate};
  std::uint32_t frame_ticks_;  ///< of the last frame, RTP units
  dsp::Samples decoded_;       ///< scratch of the longest frame
  dsp::Samples widened_;       ///< scratch of the resampler
  dsp::Samples ready_;         ///< decoded and not yet played: a packet may be longer than a tick
  dsp::Samples samples_;
  std::uint64_t packets_ = 0;
  std::uint64_t beyond_limit_ = 0;
};

}  // namespace parley::client
