#include "dsp/voice_activity.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "dsp/convert.hpp"
#include "dsp/level.hpp"

namespace parley::dsp {
namespace {

// The floor never falls lower, so that the least hiss after digital silence is not speech.
constexpr double kLowestFloor = -72.0;
// Loud frames without any voice keep speech going this long (a long fricative), then they are
// noise.
constexpr std::uint32_t kMaxUnvoicedFrames = 25;
constexpr std::uint32_t kRecentMask = 0xFF;

}  // namespace

VoiceActivity::VoiceActivity(const VoiceActivityOptions& options)
    : options_(options),
      resampler_(options.rate, kRate),
      smoothed_dbov_(kLowestFloor),
      floor_dbov_(kLowestFloor) {
  part_minimum_.fill(kLowestFloor);
  unvoiced_frames_ = kMaxUnvoicedFrames;
}

bool VoiceActivity::push(SampleView frame) {
  assert(frame.size() == samples_in(kFrameMs, options_.rate));
  filter(frame);
  const double dbov = newest_dbov();
  const bool loud = dbov > options_.quietest_dbov && dbov > floor_dbov_ + options_.over_noise_db;
  const bool voiced = loud && periodicity() >= options_.periodicity;
  track_floor(dbov);

  voiced_recently_ = (voiced_recently_ << 1 | (voiced ? 1u : 0u)) & kRecentMask;
  unvoiced_frames_ = voiced ? 0 : std::min(unvoiced_frames_ + 1, kMaxUnvoicedFrames);
  const bool begins =
      static_cast<std::uint32_t>(std::popcount(voiced_recently_)) >= options_.onset_frames;
  const bool goes_on = speaking_ && loud && unvoiced_frames_ < kMaxUnvoicedFrames;
  if ((voiced && begins) || goes_on) {
    hangover_frames_ = options_.hangover_ms / kFrameMs;
    speaking_ = true;
  } else if (hangover_frames_ > 0) {
    --hangover_frames_;
  } else {
    speaking_ = false;
  }
  return speaking_;
}

void VoiceActivity::filter(SampleView frame) {
  constexpr float kPole = 0.94F;  // about 80 Hz at 8 kHz: hum and rumble are not voice
  std::copy(history_.begin() + kFrame, history_.end(), history_.begin());
  const std::size_t count = std::min(resampler_.process(frame, narrow_), kFrame);
  std::fill(narrow_.begin() + static_cast<std::ptrdiff_t>(count), narrow_.end(), std::int16_t{0});
  for (std::size_t i = 0; i < kFrame; ++i) {
    const float in = to_float(narrow_[i]);
    last_out_ = kPole * (last_out_ + in - last_in_);
    last_in_ = in;
    history_[kFrame + i] = last_out_;
  }
}

double VoiceActivity::newest_dbov() const {
  return power_dbov(mean_square(FloatView(history_).subspan(kFrame)));
}

void VoiceActivity::track_floor(double dbov) {
  // Smoothing keeps one quiet frame inside a noise from pulling the floor down.
  smoothed_dbov_ += 0.4 * (dbov - smoothed_dbov_);
  if (part_frames_ == 0) part_minimum_[part_] = smoothed_dbov_;
  part_minimum_[part_] = std::min(part_minimum_[part_], smoothed_dbov_);
  if (++part_frames_ == kFramesPerPart) {
    part_frames_ = 0;
    part_ = (part_ + 1) % kFloorParts;
  }
  floor_dbov_ =
      std::max(*std::min_element(part_minimum_.begin(), part_minimum_.end()), kLowestFloor);
}

// The largest normalised autocorrelation at the lags of a voice, over the last 40 ms.
double VoiceActivity::periodicity() const {
  constexpr std::size_t kShortest = kRate / 400;
  constexpr std::size_t kLongest = kRate / 70;
  const FloatView all(history_);
  const FloatView newer = all.subspan(kLongest);
  double newer_energy = 1e-9;
  for (const float sample : newer) newer_energy += double{sample} * sample;
  double best = 0.0;
  for (std::size_t lag = kShortest; lag <= kLongest; ++lag) {
    const FloatView older = all.subspan(kLongest - lag, newer.size());
    float product = 0.0F;
    float older_energy = 0.0F;
    for (std::size_t i = 0; i < newer.size(); ++i) {
      product += newer[i] * older[i];
      older_energy += older[i] * older[i];
    }
    best =
        std::max(best, double{product} / std::sqrt(newer_energy * (double{older_energy} + 1e-9)));
  }
  return best;
}

}  // namespace parley::dsp
