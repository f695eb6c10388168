#include "bench/sounds.hpp"

#include "client/media_player.hpp"
#include "dsp/sound_test_support.hpp"
#include "wire/wav.hpp"

namespace parley::bench {
namespace {

constexpr std::uint32_t kRate = 16'000;

}  // namespace

Bytes spoken_wav(std::uint32_t milliseconds) {
  const dsp::Samples samples = dsp::testing::babble(milliseconds, kRate, 1);
  const wire::WavHeader header = wire::wav_header(kRate, samples.size());
  Bytes file(header.begin(), header.end());
  wire::append_wav_samples(file, samples);
  return file;
}

media::SharedPrompt spoken_sound() {
  return *client::prepare_sound(dsp::testing::babble(10'000, kRate, 2), kRate);
}

}  // namespace parley::bench
