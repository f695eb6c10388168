#pragma once

#include <cstdint>
#include <string>

#include "dsp/samples.hpp"

namespace parley::dsp {

/// A sound and its rate in Hz.
struct SoundView {
  SampleView samples;
  std::uint32_t rate;
};

struct SoundMatchOptions {
  /// Both sounds are compared at this rate, which telephone codecs and prompts of 8 kHz share.
  std::uint32_t rate = 8'000;
  std::uint32_t window_ms = 400;  ///< 200 to 500
  std::uint32_t block_ms = 10;    ///< the grain in which a gap is measured
  /// Each window may lie this far from the common offset: two clocks drift, a jitter buffer adapts.
  std::uint32_t local_shift_ms = 5;
  /// A window that does not match where the one before lay is looked for this far around, and the
  /// next ones from there on: after a stall a sender goes on where it stopped, and a jitter buffer
  /// jumps. 0: not.
  std::uint32_t jump_ms = 0;
  /// Parts of the reference this far below its own power hold no signal and are not judged.
  double signal_range_db = 25.0;
  /// A block this far below what the reference lets expect is missing.
  double missing_db = 15.0;
  /// What counts a window into `matched_fraction`.
  double window_correlation = 0.6;
};

/// How well a reference was found in what was heard. Correlations are normalised: 1 the same wave
/// whatever its gain, 0 unrelated, and negative when inverted.
struct SoundMatch {
  double offset_ms = 0.0;             ///< where the reference's start lies in what was heard
  double correlation = 0.0;           ///< over everything, each window at its own best place
  double smallest_correlation = 0.0;  ///< of the worst window that holds signal
  double gain_db = -127.0;            ///< heard against the reference
  double longest_gap_ms = 0.0;        ///< longest stretch of the reference's signal that is missing
  double matched_fraction = 0.0;      ///< of the windows that hold signal
  double drift_ms = 0.0;              ///< spread of the windows' places around `offset_ms`
  std::size_t jumps = 0;              ///< places where the sound went on earlier or later
  /// Windows judged; 0 when the reference is silent. Those that a jump cuts in two are not.
  std::size_t windows = 0;

  /// One line for a failing test or for `parley call`.
  std::string text() const;
};

/// What a good telephone path keeps. The figures come from 218 recorded sounds of 0.3 to 15 s,
/// through Opus at 24 kbit/s, 60 ms late and 3 dB lower (least / largest seen):
///
///   |                        | itself | hole of 100 ms | another sound | 2 % frames concealed |
///   | correlation            | 0.77   |                | up to 0.51    | 0.70                 |
///   | smallest correlation   | 0.67   | up to 0.86     | up to 0.46    | 0.40                 |
///   | longest gap, ms        | 0      | from 80        |               | up to 30             |
///
/// So the gap tells a hole, the correlations tell another sound. A lossy path deserves a smaller
/// `smallest_correlation` (0.35) and `matched_fraction` (0.8). A lone word under 0.5 s may miss the
/// gain.
struct SoundExpectation {
  double correlation = 0.75;
  double smallest_correlation = 0.6;
  double longest_gap_ms = 40.0;
  double matched_fraction = 0.95;
  std::size_t jumps = 0;
  /// Largest distance of the gain from `gain_db`.
  double gain_error_db = 3.0;
  double gain_db = 0.0;
};

/// Finds `reference` in `heard`. Allocates and takes about 0.1 s per minute of sound; the two
/// together may last at most 20 minutes, by assertion. A reference without signal matches nothing.
SoundMatch match_sound(SoundView heard, SoundView reference, const SoundMatchOptions& options = {});

/// Empty when the match meets the expectation, else what failed, with the figures.
std::string unmet(const SoundMatch& match, const SoundExpectation& expectation = {});

}  // namespace parley::dsp
