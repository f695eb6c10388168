#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/strong.hpp"
#include "codec/codec.hpp"
#include "dsp/samples.hpp"

namespace parley::media {

struct AudioMixerOptions {
  /// Only so many are heard at once, the loudest.
  std::size_t max_talkers = 4;
  /// RFC 6464: a frame of this level or a quieter one holds no sound.
  std::uint8_t quiet_level = 60;
  /// A talker keeps its place for so long after its last sound: 500 ms.
  std::uint32_t hold_frames = 25;
  /// By so much a newcomer must be louder than a talker to take its place.
  double louder_db = 6.0;
};

/// Mixes the ports of one conversation, 20 ms at 48 kHz a call, sans-IO. The talkers are summed
/// once, in float; what one of them hears is the sum without its own part, and everybody else hears
/// the whole. Limited last, by a soft knee that has no memory: two listeners of one sum hear the
/// same samples. Allocates when a source is added, not when run.
class AudioMixer {
 public:
  using Source = Strong<struct MixerSourceTag, std::uint64_t>;

  static constexpr std::uint32_t kRate = 48'000;
  static constexpr std::size_t kFrameSamples = dsp::samples_in(codec::kFrameMs, kRate);

  explicit AudioMixer(const AudioMixerOptions& options = {}) : options_(options) {}

  Source add_source();
  void remove_source(Source source);

  /// What the source says in the next `mix`; every source's once before each.
  void set_frame(Source source, dsp::SampleView frame);
  /// The frame set is its last: it fades out, so that an end in the middle of a word is no click.
  void fade_out(Source source);
  void mix();

  /// Whether the source is part of the sum, so that it needs a mix of its own.
  bool is_in(Source source) const;
  /// Frames without sound in a row, the last one mixed included.
  std::uint32_t quiet_frames(Source source) const { return part(source).quiet_frames; }
  /// The sum of all talkers. Valid until the next `mix`.
  dsp::SampleView common() const { return common_; }
  std::uint8_t common_level() const { return common_level_; }
  /// The sum without the source's own part, which is the common one if it has none. Valid until the
  /// next call.
  dsp::SampleView heard_by(Source source);

 private:
  using Frame = std::array<float, kFrameSamples>;
  struct Part {
    Source id;
    Frame samples{};
    double power = 0.0;              ///< mean square, falls slowly
    std::uint32_t quiet_frames = 1;  ///< in a row
    bool talks = false;
    bool was_in = false;   ///< the frame before, as it ended
    bool is_in = false;    ///< in this frame's sum
    bool sounded = false;  ///< the frame before held sound
    bool fades = false;    ///< for good
  };

  Part& part(Source source);
  const Part& part(Source source) const;
  bool has_sound(const Part& part) const { return part.quiet_frames == 0 && !part.fades; }
  void rank();
  Part* loudest_newcomer();
  Part* place_for(const Part& newcomer);
  void shape(Part& part) const;

  AudioMixerOptions options_;
  std::uint64_t last_id_ = 0;
  std::vector<Part> parts_;
  Frame sum_{};
  std::array<std::int16_t, kFrameSamples> common_{};
  std::array<std::int16_t, kFrameSamples> private_{};
  std::uint8_t common_level_ = 127;
};

}  // namespace parley::media
