#pragma once

#include <memory>

#include "media/encoded_prompt.hpp"

namespace parley::bridge {

/// What a bridge plays of its own, encoded once per process.
struct BridgeSounds {
  media::SharedPrompt beep;
  /// Two frames that follow a prompt which was cut off, so that a listener's decoder comes to rest
  /// instead of drawing the last sound out as if packets had been lost.
  media::SharedPrompt rest;
};

/// For every codec; takes some milliseconds.
std::shared_ptr<const BridgeSounds> make_bridge_sounds();

}  // namespace parley::bridge
