#pragma once

#include "base/bytes.hpp"
#include "media/encoded_prompt.hpp"

namespace parley::bench {

/// A WAV of talking at 16 kHz, as bots serve it.
Bytes spoken_wav(std::uint32_t milliseconds);
/// Ten seconds of talking, encoded for callers to play again and again.
media::SharedPrompt spoken_sound();

}  // namespace parley::bench
