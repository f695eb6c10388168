#include "media/audio_mixer.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "dsp/convert.hpp"
#include "dsp/gain.hpp"
#include "dsp/level.hpp"
#include "dsp/mix.hpp"

namespace parley::media {
namespace {

// Of the smoothed power, a frame: 0.5 dB, so that syllables of one speaker do not change the ranks.
constexpr double kPowerDecay = 0.9;

void limit(dsp::FloatView sum, dsp::MutableSampleView out) {
  for (std::size_t i = 0; i < sum.size(); ++i) out[i] = dsp::to_int16(dsp::soft_limit(sum[i]));
}

}  // namespace

AudioMixer::Source AudioMixer::add_source() {
  parts_.emplace_back().id = {++last_id_};
  return parts_.back().id;
}

void AudioMixer::remove_source(Source source) {
  std::erase_if(parts_, [source](const Part& part) { return part.id == source; });
}

AudioMixer::Part& AudioMixer::part(Source source) {
  return const_cast<Part&>(std::as_const(*this).part(source));
}

const AudioMixer::Part& AudioMixer::part(Source source) const {
  const auto found = std::ranges::find(parts_, source, &Part::id);
  assert(found != parts_.end());
  return *found;
}

void AudioMixer::set_frame(Source source, dsp::SampleView frame) {
  Part& said = part(source);
  dsp::to_float(frame, said.samples);
  const double power = dsp::mean_square(frame);
  said.power = std::max(power, said.power * kPowerDecay);
  said.sounded = said.quiet_frames == 0;
  said.quiet_frames = dsp::audio_level(power) < options_.quiet_level ? 0 : said.quiet_frames + 1;
}

void AudioMixer::fade_out(Source source) {
  part(source).fades = true;
}

bool AudioMixer::is_in(Source source) const {
  return part(source).is_in;
}

void AudioMixer::mix() {
  rank();
  sum_.fill(0.0F);
  for (Part& part : parts_) {
    shape(part);
    if (part.is_in) dsp::mix_into(dsp::MutableFloatView(sum_), dsp::FloatView(part.samples));
  }
  limit(sum_, common_);
  common_level_ = dsp::audio_level(dsp::SampleView(common_));
}

dsp::SampleView AudioMixer::heard_by(Source source) {
  const Part& own = part(source);
  if (!own.is_in) return common_;
  Frame rest = sum_;
  dsp::subtract_from(dsp::MutableFloatView(rest), dsp::FloatView(own.samples));
  limit(rest, private_);
  return private_;
}

void AudioMixer::rank() {
  for (Part& part : parts_)
    if (part.fades || part.quiet_frames > options_.hold_frames) part.talks = false;
  while (Part* newcomer = loudest_newcomer()) {
    const auto talkers = static_cast<std::size_t>(std::ranges::count_if(parts_, &Part::talks));
    if (talkers >= options_.max_talkers) {
      Part* weakest = place_for(*newcomer);
      if (!weakest) return;
      weakest->talks = false;
    }
    newcomer->talks = true;
  }
}

AudioMixer::Part* AudioMixer::loudest_newcomer() {
  Part* loudest = nullptr;
  for (Part& part : parts_)
    if (!part.talks && has_sound(part) && (!loudest || part.power > loudest->power))
      loudest = &part;
  return loudest;
}

// The hysteresis: who talks stays unless the newcomer is clearly louder.
AudioMixer::Part* AudioMixer::place_for(const Part& newcomer) {
  Part* weakest = nullptr;
  for (Part& part : parts_)
    if (part.talks && (!weakest || part.power < weakest->power)) weakest = &part;
  const double ratio = std::pow(10.0, options_.louder_db / 10.0);
  return weakest && newcomer.power > weakest->power * ratio ? weakest : nullptr;
}

// A word begins at once; who was left out in the middle of one fades in, who leaves fades out.
void AudioMixer::shape(Part& part) const {
  const float from = part.was_in || (part.talks && !part.sounded) ? 1.0F : 0.0F;
  const float to = part.talks ? 1.0F : 0.0F;
  part.is_in = part.was_in || part.talks;
  part.was_in = part.talks;
  if (part.is_in && (from != 1.0F || to != 1.0F)) dsp::ramp_gain(part.samples, from, to);
}

}  // namespace parley::media
