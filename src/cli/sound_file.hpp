#pragma once

#include <string>

#include "base/result.hpp"
#include "dsp/samples.hpp"
#include "wire/wav.hpp"

namespace parley::cli {

/// The error names the file and says what is wrong with it.
Result<wire::WavAudio, std::string> read_sound(const std::string& file);
/// False when the file cannot be written.
bool write_sound(const std::string& file, dsp::SampleView samples, std::uint32_t rate);

}  // namespace parley::cli
