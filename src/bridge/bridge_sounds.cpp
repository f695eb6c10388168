#include "bridge/bridge_sounds.hpp"

#include "media/beep.hpp"

namespace parley::bridge {

std::shared_ptr<const BridgeSounds> make_bridge_sounds() {
  const media::PromptEncoding every_codec{
      .codecs = {codec::Codec::opus, codec::Codec::pcmu, codec::Codec::pcma}};
  constexpr std::uint32_t kRate = 48'000;
  const dsp::Samples silence(dsp::samples_in(30, kRate));
  return std::make_shared<const BridgeSounds>(
      BridgeSounds{.beep = media::make_beep(every_codec),
                   .rest = media::encode_prompt(silence, kRate, every_codec).value()});
}

}  // namespace parley::bridge
