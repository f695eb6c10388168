#include "wire/wav.hpp"

#include <gtest/gtest.h>

namespace parley::wire {
namespace {

const std::vector<std::int16_t> kSamples{0, 1, -1, 32767, -32768, 0x1234};

std::string le(std::uint32_t value, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(value >> 8 * i);
  return text;
}

std::string chunk(const std::string& id, const std::string& body) {
  return id + le(static_cast<std::uint32_t>(body.size()), 4) + body +
         std::string(body.size() % 2, '\0');
}

struct FormatFields {
  std::uint16_t tag = 1;
  std::uint16_t channels = 1;
  std::uint32_t rate = 16000;
  std::uint16_t bits = 16;
};

std::string format_body(const FormatFields& f) {
  const std::uint32_t block = f.channels * f.bits / 8u;
  return le(f.tag, 2) + le(f.channels, 2) + le(f.rate, 4) + le(f.rate * block, 4) + le(block, 2) +
         le(f.bits, 2);
}

std::string extensible_body(std::uint16_t sub_tag, std::uint16_t valid_bits) {
  return format_body({.tag = 0xFFFE}) + le(22, 2) + le(valid_bits, 2) + le(4, 4) + le(sub_tag, 2) +
         std::string("\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71", 14);
}

std::string samples_text(const std::vector<std::int16_t>& samples) {
  Bytes bytes;
  append_wav_samples(bytes, samples);
  return std::string(as_text(bytes));
}

std::string riff(const std::string& chunks) {
  return "RIFF" + le(static_cast<std::uint32_t>(chunks.size() + 4), 4) + "WAVE" + chunks;
}

std::string plain_file() {
  return riff(chunk("fmt ", format_body({})) + chunk("data", samples_text(kSamples)));
}

void expect_samples(const std::string& file, const std::vector<std::int16_t>& expected = kSamples) {
  const auto audio = read_wav(as_bytes(file));
  ASSERT_TRUE(audio.ok()) << to_text(audio.error());
  EXPECT_EQ(audio->samples, expected);
}

void expect_failure(const std::string& file, WavError error, std::uint32_t found,
                    const std::string& text) {
  const auto audio = read_wav(as_bytes(file));
  ASSERT_FALSE(audio.ok()) << text;
  EXPECT_EQ(audio.error(), (WavFailure{error, found}));
  EXPECT_EQ(to_text(audio.error()), text);
}

TEST(WavReader, ReadsAPlainFileInPiecesOfAnySize) {
  const std::string file = plain_file();
  for (std::size_t piece = 1; piece <= file.size(); ++piece) {
    WavReader reader;
    std::vector<std::int16_t> samples;
    for (std::size_t i = 0; i < file.size(); i += piece)
      ASSERT_TRUE(reader.feed(as_bytes(std::string_view(file).substr(i, piece)), samples).ok());
    EXPECT_TRUE(reader.finish().ok());
    EXPECT_EQ(reader.sample_rate(), 16000u);
    EXPECT_EQ(samples, kSamples) << piece;
  }
}

TEST(WavReader, SkipsOtherChunksOddOnesToo) {
  expect_samples(riff(chunk("LIST", "abc") + chunk("fmt ", format_body({})) +
                      chunk("fact", le(6, 4)) + chunk("junk", "") +
                      chunk("data", samples_text(kSamples)) + chunk("LIST", "tail")));
}

TEST(WavReader, TakesTheExtensibleFormOfPcm) {
  expect_samples(
      riff(chunk("fmt ", extensible_body(1, 16)) + chunk("data", samples_text(kSamples))));
  expect_samples(
      riff(chunk("fmt ", extensible_body(1, 0)) + chunk("data", samples_text(kSamples))));
  expect_failure(riff(chunk("fmt ", extensible_body(3, 16))), WavError::encoding, 3,
                 "the file's encoding is 3 (floating point); allowed is 1 (PCM)");
  expect_failure(riff(chunk("fmt ", extensible_body(1, 12))), WavError::sample_size, 12,
                 "the file has 12 bits per sample; allowed is 16");
  expect_failure(riff(chunk("fmt ", format_body({.tag = 0xFFFE}))), WavError::encoding, 0xFFFE,
                 "the file's encoding is 65534 (unknown); allowed is 1 (PCM)");
}

TEST(WavReader, SaysWhatItFoundAndWhatIsAllowed) {
  const auto of = [](const FormatFields& fields) {
    return riff(chunk("fmt ", format_body(fields)));
  };
  expect_failure(of({.tag = 7}), WavError::encoding, 7,
                 "the file's encoding is 7 (mu-law); allowed is 1 (PCM)");
  expect_failure(of({.channels = 2}), WavError::channels, 2,
                 "the file has 2 channels; allowed is 1 (mono)");
  expect_failure(of({.bits = 8}), WavError::sample_size, 8,
                 "the file has 8 bits per sample; allowed is 16");
  expect_failure(of({.rate = 7999}), WavError::sample_rate, 7999,
                 "the file's sample rate is 7999 Hz; allowed is 8000 to 48000 Hz");
  expect_failure(of({.rate = 48001}), WavError::sample_rate, 48001,
                 "the file's sample rate is 48001 Hz; allowed is 8000 to 48000 Hz");
  expect_failure(riff(chunk("fmt ", "short")), WavError::bad_format, 5,
                 "the file's fmt chunk is malformed (5)");
  expect_failure("RIFX" + plain_file().substr(4), WavError::not_wav, 0,
                 "the file does not begin with a RIFF/WAVE header");
  expect_failure(riff(chunk("data", "ab")), WavError::no_format, 0,
                 "the file's data chunk comes before its fmt chunk");
}

TEST(WavReader, SaysWhenTheFileEndsTooEarly) {
  const std::string file = plain_file();
  for (std::size_t size = 0; size < 44; ++size) {
    const auto audio = read_wav(as_bytes(std::string_view(file).substr(0, size)));
    ASSERT_FALSE(audio.ok());
    EXPECT_EQ(audio.error().error, size < 12 ? WavError::not_wav : WavError::no_data) << size;
  }
  EXPECT_EQ(to_text(WavFailure{WavError::no_data, 0}), "the file ends before its data chunk");
}

/// The plain file with other sizes in its RIFF and data headers.
std::string with_sizes(std::uint32_t riff_size, std::uint32_t data_size,
                       const std::string& tail = "") {
  return "RIFF" + le(riff_size, 4) + "WAVE" + chunk("fmt ", format_body({})) + "data" +
         le(data_size, 4) + samples_text(kSamples) + tail;
}

TEST(WavReader, ReadsToTheEndWhenSizesLie) {
  expect_samples(with_sizes(0, 0));                    // never patched
  expect_samples(with_sizes(36, 0));                   // patched before anything was written
  expect_samples(with_sizes(0xFFFFFFFF, 0xFFFFFFFF));  // from a pipe
  expect_samples(with_sizes(0xFFFFFFFF, 0));
  expect_samples(with_sizes(48, 1000));       // cut off
  expect_samples(with_sizes(48, 1000, "x"));  // in the middle of a sample
  expect_samples(with_sizes(7, 12, "tail"));  // a RIFF size that is too small
}

TEST(WavReader, BelievesAnEmptyDataChunkThatTheRiffHeaderConfirms) {
  expect_samples(
      riff(chunk("fmt ", format_body({})) + chunk("data", "") + chunk("LIST", "no sound")), {});
}

TEST(WavReader, SkipsAChunkThatClaimsEverything) {
  const auto audio =
      read_wav(as_bytes("RIFF" + le(0, 4) + "WAVEjunk" + le(0xFFFFFFFF, 4) + "data"));
  ASSERT_FALSE(audio.ok());
  EXPECT_EQ(audio.error().error, WavError::no_data);
}

TEST(WavReader, StopsAtItsLimitForGood) {
  const std::string file = plain_file();
  EXPECT_TRUE(read_wav(as_bytes(file), kSamples.size()).ok());
  WavReader reader(kSamples.size() - 1);
  std::vector<std::int16_t> samples;
  const auto fed = reader.feed(as_bytes(file), samples);
  ASSERT_FALSE(fed.ok());
  EXPECT_EQ(fed.error(), (WavFailure{WavError::too_long, 5}));
  EXPECT_EQ(to_text(fed.error()), "the file is longer than 5 samples");
  EXPECT_FALSE(reader.feed({}, samples).ok());
  EXPECT_FALSE(reader.finish().ok());
  EXPECT_TRUE(samples.empty());
}

TEST(WavReader, StopsAtTheSameSampleInPiecesOfAnySize) {
  const std::string file = plain_file();
  const std::size_t limit = kSamples.size() - 1;
  for (std::size_t piece = 1; piece < 5; ++piece) {
    WavReader reader(limit);
    std::vector<std::int16_t> samples;
    for (std::size_t i = 0; i < file.size(); i += piece)
      if (!reader.feed(as_bytes(std::string_view(file).substr(i, piece)), samples).ok()) break;
    EXPECT_FALSE(reader.finish().ok()) << piece;
    EXPECT_LE(samples.size(), limit) << piece;
  }
}

TEST(WavHeader, RoundTripsEveryRate) {
  for (const std::uint32_t rate : {8000u, 16000u, 44100u, 48000u}) {
    const WavHeader header = wav_header(rate, kSamples.size());
    Bytes file = to_bytes(header);
    append_wav_samples(file, kSamples);
    const auto audio = read_wav(file);
    ASSERT_TRUE(audio.ok());
    EXPECT_EQ(*audio, (WavAudio{rate, kSamples}));
  }
  Bytes file = to_bytes(wav_header(16000, kSamples.size()));
  append_wav_samples(file, kSamples);
  EXPECT_EQ(as_text(file), plain_file());
}

TEST(WavHeader, IsRepairedFromTheLengthOfTheFile) {
  Bytes file = to_bytes(wav_header(16000, 0));
  append_wav_samples(file, kSamples);
  for (std::size_t extra = 0; extra < 2; ++extra) {
    const auto repaired = repaired_wav_header(file, file.size() + extra);
    ASSERT_TRUE(repaired);
    EXPECT_EQ(*repaired, wav_header(16000, kSamples.size()));
  }
  EXPECT_EQ(repaired_wav_header(file, 44), wav_header(16000, 0));
}

TEST(WavHeader, IsNotRepairedWhenItIsNotOurs) {
  const Bytes ours = to_bytes(wav_header(16000, 0));
  EXPECT_FALSE(repaired_wav_header(ByteView(ours).first(43), 100));
  EXPECT_FALSE(repaired_wav_header(ours, 43));
  for (std::size_t offset = 0; offset < kWavHeaderSize; ++offset) {
    Bytes other = ours;
    other[offset] ^= 0x80;
    const bool size_field = (offset >= 4 && offset < 8) || offset >= 40;
    EXPECT_EQ(repaired_wav_header(other, 100).has_value(), size_field) << offset;
  }
}

TEST(WavHeader, SaysUntilTheEndPastThirtyTwoBits) {
  const std::uint64_t largest = (0xFFFFFFFFu - 36) / 2;
  EXPECT_NE(wav_header(16000, largest)[43], 0);
  EXPECT_EQ(as_text(wav_header(16000, largest + 1)).substr(40), le(0xFFFFFFFF, 4));
  EXPECT_EQ(as_text(wav_header(16000, largest + 1)).substr(4, 4), le(0xFFFFFFFF, 4));
}

}  // namespace
}  // namespace parley::wire
