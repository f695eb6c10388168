#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dsp/resampler.hpp"
#include "dsp/samples.hpp"

namespace parley::dsp {

struct VoiceActivityOptions {
  std::uint32_t rate = 16'000;      ///< of the frames, Hz
  double quietest_dbov = -58.0;     ///< nothing below is speech
  double over_noise_db = 8.0;       ///< speech stands this far above the noise floor
  double periodicity = 0.5;         ///< of a voiced frame, 0 to 1
  std::uint32_t onset_frames = 3;   ///< voiced frames among the last 8 that begin speech
  std::uint32_t hangover_ms = 300;  ///< speech goes on this long after its last sound
};

/// Tells speech from silence, frame by frame, for the silence time-outs of a recording.
///
/// Speech begins with *voiced* frames: louder than the noise floor and periodic like a voice (70 to
/// 400 Hz). It goes on while frames stay loud, voiced or not, and a hangover longer. The floor is
/// the least smoothed power of the last two seconds, so steady noise of any level becomes silence;
/// noise, comfort noise and clicks don't begin speech at once either, as they aren't periodic.
/// Music and lasting tones count as speech until the floor has risen to them. A whisper, which has
/// no pitch, does not. No allocation after construction; about 10 us per frame that is loud, 2 us
/// otherwise.
class VoiceActivity {
 public:
  static constexpr std::uint32_t kFrameMs = 20;

  explicit VoiceActivity(const VoiceActivityOptions& options = {});

  /// Takes one frame of exactly 20 ms; true while somebody speaks.
  bool push(SampleView frame);
  bool speaking() const { return speaking_; }

 private:
  static constexpr std::uint32_t kRate = 8'000;
  static constexpr std::size_t kFrame = kRate / 1000 * kFrameMs;
  static constexpr std::size_t kFloorParts = 10;  // of 200 ms: two seconds
  static constexpr std::uint32_t kFramesPerPart = 10;

  void filter(SampleView frame);
  double newest_dbov() const;
  void track_floor(double dbov);
  double periodicity() const;

  VoiceActivityOptions options_;
  Resampler resampler_;
  std::array<std::int16_t, kFrame + 2> narrow_{};
  std::array<float, 2 * kFrame> history_{};  // high-passed, full scale 1; the newest frame last
  float last_in_ = 0.0F;
  float last_out_ = 0.0F;
  std::array<double, kFloorParts> part_minimum_;
  std::size_t part_ = 0;
  std::uint32_t part_frames_ = 0;
  double smoothed_dbov_;
  double floor_dbov_;
  std::uint32_t voiced_recently_ = 0;  // one bit a frame, the newest lowest
  std::uint32_t hangover_frames_ = 0;
  std::uint32_t unvoiced_frames_ = 0;  // since the last voiced frame
  bool speaking_ = false;
};

}  // namespace parley::dsp
