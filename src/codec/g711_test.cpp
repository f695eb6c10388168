#include "codec/g711.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "codec/codec.hpp"

namespace parley::codec {
namespace {

// G.711 tables 1 and 2: decoded values at the segments' ends, left-justified to 16 bits.
TEST(G711, KnownValuesOfTheStandard) {
  EXPECT_EQ(decode_pcmu(0xFF), 0);
  EXPECT_EQ(decode_pcmu(0x7F), 0);
  EXPECT_EQ(decode_pcmu(0x80), 32'124);
  EXPECT_EQ(decode_pcmu(0x00), -32'124);
  EXPECT_EQ(decode_pcmu(0x8F), 16'764);
  EXPECT_EQ(decode_pcmu(0xFE), 8);
  EXPECT_EQ(decode_pcma(0xD5), 8);
  EXPECT_EQ(decode_pcma(0x55), -8);
  EXPECT_EQ(decode_pcma(0xAA), 32'256);
  EXPECT_EQ(decode_pcma(0x2A), -32'256);
  EXPECT_EQ(encode_pcmu(0), kPcmuSilence);
  EXPECT_EQ(encode_pcma(0), kPcmaSilence);
  EXPECT_EQ(encode_pcmu(32'767), 0x80);
  EXPECT_EQ(encode_pcmu(-32'768), 0x00);
  EXPECT_EQ(encode_pcma(32'767), 0xAA);
  EXPECT_EQ(encode_pcma(-32'768), 0x2A);
}

// G.711 tables 1a and 2a give the character signals of a 1 kHz tone at 0 dBm0; its overload point
// is 3.17 dB (mu) and 3.14 dB (A) above it.
TEST(G711, DigitalMilliwattHasTheStandardsLevel) {
  constexpr std::array<std::uint8_t, 8> kMu{0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E};
  constexpr std::array<std::uint8_t, 8> kA{0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4};
  double mu = 0.0;
  double a = 0.0;
  for (std::size_t i = 0; i < 8; ++i) {
    mu += std::pow(decode_pcmu(kMu[i]), 2) / 8;
    a += std::pow(decode_pcma(kA[i]), 2) / 8;
  }
  EXPECT_NEAR(10 * std::log10(mu / (32'636.0 * 32'636.0 / 2)), -3.17, 0.05);
  EXPECT_NEAR(10 * std::log10(a / (32'768.0 * 32'768.0 / 2)), -3.14, 0.05);
}

TEST(G711, EveryByteComesBack) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto code = static_cast<std::uint8_t>(byte);
    ASSERT_EQ(encode_pcma(decode_pcma(code)), code);
    // Mu-law has two zeros, which are one linear value.
    if (code != 0x7F) {
      ASSERT_EQ(encode_pcmu(decode_pcmu(code)), code);
    }
  }
}

TEST(G711, EverySampleComesBackWithinHalfAStepInOrder) {
  int last_mu = -40'000;
  int last_a = -40'000;
  for (int value = -32'768; value <= 32'767; ++value) {
    const auto sample = static_cast<std::int16_t>(value);
    const int mu = decode_pcmu(encode_pcmu(sample));
    const int a = decode_pcma(encode_pcma(sample));
    ASSERT_GE(mu, last_mu) << value;
    ASSERT_GE(a, last_a) << value;
    last_mu = mu;
    last_a = a;
    const int magnitude = std::min(std::abs(value), 32'635);
    ASSERT_LE(std::abs(std::abs(mu) - magnitude), 5 + (magnitude + 132) / 32) << value;
    ASSERT_LE(std::abs(a - value), 16 + std::abs(value) / 32) << value;
  }
}

TEST(G711, SpansAgreeWithSamples) {
  const std::array<std::int16_t, 4> in{-20'000, -1, 0, 12'345};
  std::array<std::uint8_t, 4> bytes{};
  std::array<std::int16_t, 4> out{};
  encode_pcmu(in, bytes);
  decode_pcmu(bytes, out);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(out[i], decode_pcmu(encode_pcmu(in[i])));
  encode_pcma(in, bytes);
  decode_pcma(bytes, out);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(out[i], decode_pcma(encode_pcma(in[i])));
}

TEST(Codec, RtpFacts) {
  EXPECT_EQ(codec_of("OPUS", 48'000), Codec::opus);
  EXPECT_EQ(codec_of("pcmu", 8'000), Codec::pcmu);
  EXPECT_EQ(codec_of("PCMA", 8'000), Codec::pcma);
  EXPECT_EQ(codec_of("PCMA", 16'000), std::nullopt);
  EXPECT_EQ(codec_of("G722", 8'000), std::nullopt);
  EXPECT_EQ(frame_ticks(Codec::opus), 960u);
  EXPECT_EQ(frame_ticks(Codec::pcma), 160u);
}

}  // namespace
}  // namespace parley::codec
