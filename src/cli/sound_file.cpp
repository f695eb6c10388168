#include "cli/sound_file.hpp"

#include <fstream>

#include "cli/api_client.hpp"

namespace parley::cli {

Result<wire::WavAudio, std::string> read_sound(const std::string& file) {
  const auto content = read_file(file);
  if (!content) return Failure{file + " cannot be read."};
  auto audio = wire::read_wav(as_bytes(*content));
  if (!audio) return Failure{file + ": " + wire::to_text(audio.error()) + "."};
  return std::move(*audio);
}

bool write_sound(const std::string& file, dsp::SampleView samples, std::uint32_t rate) {
  const wire::WavHeader header = wire::wav_header(rate, samples.size());
  Bytes bytes(header.begin(), header.end());
  wire::append_wav_samples(bytes, samples);
  std::ofstream out(file, std::ios::binary);
  const std::string_view text = as_text(bytes);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  return out.flush().good();
}

}  // namespace parley::cli
