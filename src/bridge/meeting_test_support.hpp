#pragma once

#include <array>
#include <cmath>
#include <numbers>

#include "bridge/bridge_test_support.hpp"
#include "dsp/goertzel.hpp"
#include "dsp/mix.hpp"

/// Three callers on one bridge, each with a voice that its tones tell.
namespace parley::bridge::testing {

inline constexpr std::uint32_t kHeardRate = PortListener::kRate;

struct Voice {
  double low;
  double high;
};
inline constexpr std::array<Voice, 3> kVoices{{{400, 1'100}, {600, 1'500}, {850, 1'900}}};
inline constexpr double kAmplitude = 0.1;

/// A pair of tones, so long that nobody stops during a test.
inline dsp::Samples pair_of(Voice voice, std::uint32_t milliseconds) {
  dsp::Samples sum(dsp::samples_in(milliseconds, kSpeechRate));
  for (const double frequency : {voice.low, voice.high})
    dsp::mix_into(dsp::MutableSampleView(sum),
                  dsp::make_tone({.frequency = static_cast<float>(frequency),
                                  .amplitude = static_cast<float>(kAmplitude),
                                  .duration_ms = milliseconds}));
  return sum;
}

/// The largest step between two samples that a sum of voices can have.
inline double largest_step_of(std::initializer_list<Voice> voices) {
  double step = 0;
  for (const Voice voice : voices)
    for (const double frequency : {voice.low, voice.high})
      step += 2 * kAmplitude * std::sin(std::numbers::pi * frequency / kHeardRate);
  return step * 32'768;
}

inline int largest_step(dsp::SampleView samples) {
  int largest = 0;
  for (std::size_t i = 1; i < samples.size(); ++i)
    largest = std::max(largest, std::abs(samples[i] - samples[i - 1]));
  return largest;
}

inline double level(dsp::SampleView heard, double frequency) {
  return dsp::power_dbov(dsp::tone_power(heard, kHeardRate, frequency));
}

/// How long a lasting sound was 15 dB quieter than it is on the whole, in blocks of 5 ms.
inline double longest_hole_ms(dsp::SampleView heard) {
  constexpr std::size_t kBlock = kHeardRate / 200;
  const double least = dsp::mean_square(heard) * std::pow(10.0, -1.5);
  double longest = 0;
  double hole = 0;
  for (std::size_t at = 0; at + kBlock <= heard.size(); at += kBlock) {
    hole = dsp::mean_square(heard.subspan(at, kBlock)) < least ? hole + 5 : 0;
    longest = std::max(longest, hole);
  }
  return longest;
}

/// The splice moves the sound once by what the mix lags behind.
inline dsp::SoundMatch match_across(dsp::SampleView heard, dsp::SampleView said,
                                    std::uint32_t shift = 5) {
  return dsp::match_sound({heard, kHeardRate}, {said, kSpeechRate},
                          {.local_shift_ms = shift, .jump_ms = 200});
}

struct Meeting {
  explicit Meeting(std::uint64_t seed, edge::OfferOptions offer_b = {}) : world(seed, 4) {
    a = &world.call(PortId{2});
    b = &world.call(PortId{3}, std::move(offer_b));
    world.run_for(300ms);
    world.open();
    world.run_for(300ms);
  }
  void join(edge::OfferOptions offer = {}) { c = &world.call(PortId{4}, std::move(offer)); }
  bool ticks() const {
    const auto deadline = world.bridge.next_deadline();
    return deadline && deadline->reason == BridgeDeadline::tick;
  }
  std::array<Caller*, 3> callers() const { return {a, b, c}; }
  dsp::SampleView last(const Caller& caller, std::uint32_t milliseconds) const {
    return dsp::SampleView(caller.heard).last(dsp::samples_in(milliseconds, kHeardRate));
  }

  World world;
  Caller* a = nullptr;
  Caller* b = nullptr;
  Caller* c = nullptr;
};

}  // namespace parley::bridge::testing
