#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "bridge/port_listener.hpp"
#include "dsp/voice_activity.hpp"

namespace parley::bridge {

/// Hears whether somebody speaks over a prompt, and keeps how it began: the detector needs a few
/// frames to be sure, and the recording is to hold the first word whole.
class BargeIn {
 public:
  using Frame = std::array<std::int16_t, PortListener::kFrameSamples>;
  /// 300 ms: the detector's onset and the breath before it.
  static constexpr std::size_t kKeptFrames = 15;

  /// Takes one frame; true once somebody speaks.
  bool push(dsp::SampleView frame);
  /// The last frames, the oldest first.
  std::vector<Frame> kept() const;

 private:
  dsp::VoiceActivity voice_{{.rate = PortListener::kRate}};
  std::array<Frame, kKeptFrames> ring_{};
  std::size_t count_ = 0;
};

}  // namespace parley::bridge
