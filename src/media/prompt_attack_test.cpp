// WAV files that are meant to hurt.
#include <gtest/gtest.h>

#include "media/prompt_encoder.hpp"

namespace parley::media {
namespace {

std::string le(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

struct Format {
  std::uint64_t channels = 1;
  std::uint64_t rate = 16'000;
  std::uint64_t bytes_a_second = 32'000;
  std::uint64_t align = 2;
  std::uint64_t bits = 16;
};

std::string head(const Format& format, std::uint64_t riff_size = 0xFFFFFFFF) {
  return "RIFF" + le(riff_size, 4) + "WAVEfmt " + le(16, 4) + le(1, 2) + le(format.channels, 2) +
         le(format.rate, 4) + le(format.bytes_a_second, 4) + le(format.align, 2) +
         le(format.bits, 2);
}

Result<SharedPrompt, PromptFailure> encode(const std::string& file) {
  return encode_wav_prompt(as_bytes(file), {});
}

TEST(PromptAttack, AHeaderOf4GiBIsNotBelieved) {
  const auto prompt = encode(head({}) + "data" + le(0xFFFFFFFF, 4) + std::string(3'200, '\0'));
  ASSERT_TRUE(prompt.ok()) << prompt.error().text;
  EXPECT_LE((*prompt)->frame_count(), 10u) << "0.1 s of sound, whatever it says";
}

TEST(PromptAttack, AMillionChunksAreReadOnce) {
  std::string chunks;
  for (int i = 0; i < 1'000'000; ++i) chunks += "junk" + le(0, 4);
  EXPECT_EQ(encode(head({}) + chunks).error().error, PromptError::not_wav);
  const auto prompt =
      encode(head({}) + chunks + "data" + le(3'200, 4) + std::string(3'200, '\0') + chunks);
  EXPECT_TRUE(prompt.ok());
}

TEST(PromptAttack, FormatsThatMakeNoSenseAreRefused) {
  for (const Format& format :
       {Format{.channels = 0}, Format{.channels = 65'535}, Format{.rate = 0}, Format{.rate = 1},
        Format{.rate = 0xFFFFFFFF}, Format{.align = 0}, Format{.align = 65'535}, Format{.bits = 0},
        Format{.bits = 1}, Format{.bits = 65'535}})
    EXPECT_FALSE(encode(head(format) + "data" + le(3'200, 4) + std::string(3'200, '\0')).ok())
        << format.channels << ' ' << format.rate << ' ' << format.align << ' ' << format.bits;
}

}  // namespace
}  // namespace parley::media
