#include "media/beep.hpp"

#include "dsp/tone.hpp"

namespace parley::media {

SharedPrompt make_beep(const PromptEncoding& encoding) {
  const dsp::ToneOptions tone{
      .rate = 48'000, .frequency = 1'000.0F, .amplitude = 0.25F, .duration_ms = 400, .fade_ms = 10};
  return encode_prompt(dsp::make_tone(tone), tone.rate, encoding).value();
}

}  // namespace parley::media
