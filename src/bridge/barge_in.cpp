#include "bridge/barge_in.hpp"

#include <algorithm>
#include <cassert>

namespace parley::bridge {

bool BargeIn::push(dsp::SampleView frame) {
  assert(frame.size() == PortListener::kFrameSamples);
  std::ranges::copy(frame, ring_[count_++ % kKeptFrames].begin());
  return voice_.push(frame);
}

std::vector<BargeIn::Frame> BargeIn::kept() const {
  std::vector<Frame> frames;
  for (std::size_t i = count_ - std::min(count_, kKeptFrames); i < count_; ++i)
    frames.push_back(ring_[i % kKeptFrames]);
  return frames;
}

}  // namespace parley::bridge
