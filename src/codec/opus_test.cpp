#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "codec/opus_decoder.hpp"
#include "codec/opus_encoder.hpp"
#include "codec/opus_packet.hpp"

namespace parley::codec {
namespace {

using Samples = std::vector<std::int16_t>;
constexpr std::size_t kFrame = 960;

Samples tone(std::size_t frames, double frequency) {
  Samples samples(frames * kFrame);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = static_cast<std::int16_t>(
        8'000.0 * std::sin(2.0 * std::numbers::pi * frequency * static_cast<double>(i) / 48'000.0));
  return samples;
}

std::span<const std::int16_t> frame(const Samples& samples, std::size_t index) {
  return std::span(samples).subspan(index * kFrame, kFrame);
}

std::vector<Bytes> encode(OpusFrameEncoder& encoder, const Samples& samples) {
  std::vector<Bytes> packets;
  Bytes buffer(OpusFrameEncoder::kMaxFrameBytes);
  for (std::size_t i = 0; i < samples.size() / kFrame; ++i)
    packets.push_back(to_bytes(encoder.encode(frame(samples, i), buffer)));
  return packets;
}

double power(std::span<const std::int16_t> samples) {
  double sum = 0.0;
  for (const std::int16_t sample : samples) sum += double(sample) * sample;
  return sum / static_cast<double>(samples.size());
}

TEST(Opus, FramesAre20MsMonoNearTheBitrate) {
  OpusFrameEncoder encoder({.bitrate = 24'000});
  const auto packets = encode(encoder, tone(100, 440.0));
  std::size_t bytes = 0;
  for (const Bytes& packet : packets) {
    const auto parsed = parse_opus_packet(packet);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->samples(), kFrame);
    EXPECT_FALSE(parsed->stereo);
    bytes += packet.size();
  }
  EXPECT_LT(bytes, 100u * 80u);  // 60 bytes a frame at 24 kbit/s
  EXPECT_LT(encoder.lookahead(), kFrame);
}

TEST(Opus, DecodesAt48And16Khz) {
  OpusFrameEncoder encoder;
  const auto packets = encode(encoder, tone(50, 440.0));
  for (const std::uint32_t rate : {48'000u, 16'000u}) {
    OpusFrameDecoder decoder(rate);
    Samples out(decoder.max_samples());
    std::size_t count = 0;
    for (const Bytes& packet : packets) count = decoder.decode(packet, out);
    EXPECT_EQ(count, rate / 50);
    EXPECT_NEAR(power(std::span(out).first(count)), 8'000.0 * 8'000.0 / 2, 8e6) << rate;
  }
}

TEST(Opus, DecodeRefusesTheMalformedAndTheTooLong) {
  OpusFrameEncoder encoder;
  const auto packets = encode(encoder, tone(2, 440.0));
  OpusFrameDecoder decoder;
  Samples out(decoder.max_samples());
  EXPECT_EQ(decoder.decode({}, out), 0u);
  EXPECT_EQ(decoder.decode(Bytes{0xFB, 0x00}, out), 0u);
  EXPECT_EQ(decoder.decode(packets[0], std::span(out).first(kFrame - 1)), 0u);
  EXPECT_EQ(decoder.decode(packets[0], out), kFrame);
}

TEST(Opus, ConcealmentGoesOnAndFades) {
  OpusFrameEncoder encoder;
  OpusFrameDecoder decoder;
  Samples out(kFrame);
  for (const Bytes& packet : encode(encoder, tone(20, 440.0))) decoder.decode(packet, out);
  decoder.conceal(out);
  EXPECT_GT(power(out), 1e6);
  for (int i = 0; i < 50; ++i) decoder.conceal(out);
  EXPECT_LT(power(out), 1e5);
}

// The redundancy of the next packet restores a sound that began in the lost one; concealment
// cannot.
TEST(Opus, FecRestoresALostPacket) {
  OpusFrameEncoder encoder({.bitrate = 32'000, .fec = true, .expected_loss_percent = 20});
  Samples samples(30 * kFrame);
  const Samples sound = tone(12, 300.0);
  std::copy(sound.begin(), sound.end(), samples.begin() + 18 * kFrame);
  const auto packets = encode(encoder, samples);
  const auto lost_frame = [&packets](bool fec) {
    OpusFrameDecoder decoder(16'000);
    Samples out(320);
    for (std::size_t i = 0; i < 18; ++i) decoder.decode(packets[i], out);
    fec ? void(decoder.decode_fec(packets[19], out)) : decoder.conceal(out);
    return power(out);
  };
  EXPECT_GT(lost_frame(true), 1e6);
  EXPECT_LT(lost_frame(false), 1e4);
}

TEST(Opus, FecOfAMalformedPacketConceals) {
  OpusFrameDecoder decoder;
  Samples out(kFrame, 77);
  EXPECT_FALSE(decoder.decode_fec({}, out));
  EXPECT_LT(power(out), 1e3);
}

TEST(Opus, ACloneContinuesExactlyAndIndependently) {
  OpusFrameEncoder original;
  const Samples common = tone(20, 440.0);
  encode(original, common);
  OpusFrameEncoder clone = original.clone();
  const Samples one = tone(10, 600.0);
  const Samples other = tone(10, 900.0);
  const auto of_clone = encode(clone, other);
  const auto of_original = encode(original, one);
  OpusFrameEncoder fresh;
  encode(fresh, common);
  OpusFrameEncoder second = fresh.clone();
  EXPECT_EQ(encode(fresh, one), of_original);
  EXPECT_EQ(encode(second, other), of_clone);
  EXPECT_NE(of_clone, of_original);
}

}  // namespace
}  // namespace parley::codec
