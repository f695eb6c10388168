#pragma once

#include "media/prompt_encoder.hpp"

namespace parley::media {

/// The tone before a recording: 1 kHz, 400 ms, 10 ms raised-cosine edges, at -15 dBov (as loud as
/// speech). Encode it once and share it.
SharedPrompt make_beep(const PromptEncoding& encoding = {});

}  // namespace parley::media
