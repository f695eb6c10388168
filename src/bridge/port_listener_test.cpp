#include "bridge/port_listener.hpp"

#include "bridge/bridge_test_support.hpp"

namespace parley::bridge {
namespace {

using namespace testing;

wire::RtpHeader header(std::uint16_t sequence, std::uint32_t timestamp) {
  return {.payload_type = {111}, .sequence = {sequence}, .timestamp = {timestamp}, .ssrc = {1}};
}

/// Frames of one mode in one packet: RFC 6716 §3.2.5, code 3 with variable bit rate.
Bytes packed(const std::vector<Bytes>& frames) {
  if (frames.size() == 1) return frames[0];
  Bytes packet{static_cast<std::uint8_t>(frames[0][0] | 3),
               static_cast<std::uint8_t>(0x80 | frames.size())};
  for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
    EXPECT_EQ(frames[i][0], frames[i + 1][0]) << "the encoder changed its mode";
    EXPECT_LT(frames[i].size(), 253u);
    packet.push_back(static_cast<std::uint8_t>(frames[i].size() - 1));
  }
  for (const Bytes& frame : frames) packet.insert(packet.end(), frame.begin() + 1, frame.end());
  return packet;
}

/// What a listener makes of `sound`, and of 400 ms without packets after it.
dsp::Samples hear(dsp::SampleView sound, std::uint32_t packet_ms,
                  const std::function<bool(std::uint16_t)>& lost = {},
                  const codec::OpusEncoderOptions& options = {}) {
  codec::OpusFrameEncoder encoder(options);
  PortListener listener(codec::Codec::opus);
  std::array<std::uint8_t, codec::OpusFrameEncoder::kMaxFrameBytes> buffer{};
  dsp::Samples heard;
  std::vector<Bytes> frames;
  std::uint16_t sequence = 0;
  Now now{Instant{5s}, {}};
  for (std::size_t at = 0; at < sound.size() + 20 * 960; at += 960, now.monotonic += 20ms) {
    if (at + 960 <= sound.size())
      frames.push_back(to_bytes(encoder.encode(sound.subspan(at, 960), buffer)));
    if (frames.size() == packet_ms / 20) {
      if (!lost || !lost(sequence))
        listener.insert(now, header(sequence, sequence * packet_ms * 48), packed(frames), {});
      ++sequence;
      frames.clear();
    }
    const auto frame = listener.next_frame(now);
    heard.insert(heard.end(), frame.begin(), frame.end());
  }
  return heard;
}

TEST(PortListener, TakesPacketsOfOtherLengths) {
  const auto sound = sentence(2'000, 1);
  for (const std::uint32_t packet_ms : {20u, 40u, 60u}) {
    const auto found = match(hear(sound, packet_ms), sound);
    EXPECT_EQ(dsp::unmet(found, {.longest_gap_ms = 60}), "") << packet_ms << " " << found.text();
  }
}

TEST(PortListener, ConcealsWhatIsLost) {
  const auto sound = sentence(2'000, 2);
  const auto found = match(hear(sound, 20, [](std::uint16_t n) { return n % 20 == 7; }), sound);
  EXPECT_EQ(dsp::unmet(found, kLossy), "") << found.text();
}

/// Of the frames of `clean` that are not quiet, how many are mostly something else in `heard`.
double share_of_damaged(dsp::SampleView heard, dsp::SampleView clean) {
  constexpr double kQuiet = 100.0 * 100.0;
  std::size_t loud = 0;
  std::size_t damaged = 0;
  for (std::size_t at = 0; at + PortListener::kFrameSamples <= clean.size();
       at += PortListener::kFrameSamples) {
    double power = 0;
    double error = 0;
    for (std::size_t i = at; i < at + PortListener::kFrameSamples; ++i) {
      power += static_cast<double>(clean[i]) * clean[i];
      error += static_cast<double>(heard[i] - clean[i]) * (heard[i] - clean[i]);
    }
    if (power < kQuiet * PortListener::kFrameSamples) continue;
    ++loud;
    if (error > power / 2) ++damaged;
  }
  return static_cast<double>(damaged) / static_cast<double>(loud);
}

TEST(PortListener, HearsThroughTenPercentOfLossByWhatTheNextPacketRepeats) {
  for (const std::uint64_t seed : {1u, 2u}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto sound = sentence(20'000, seed);
    const auto damaged = [&](const codec::OpusEncoderOptions& options) {
      SeededRandom random(seed);
      const auto lost = [&](std::uint16_t) {
        return random.u32() % 10 == 0;
      };
      return share_of_damaged(hear(sound, 20, lost, options), hear(sound, 20, {}, options));
    };
    const double with = damaged({.fec = true, .expected_loss_percent = 10});
    const double without = damaged({});
    // One loss in ten follows another, which nothing repeats; a frame after it is bent as well.
    EXPECT_LE(with, 0.04);
    EXPECT_GT(without, 0.15);
  }
}

TEST(PortListener, SurvivesGarbageAndStaysInTime) {
  for (const codec::Codec codec : {codec::Codec::opus, codec::Codec::pcmu, codec::Codec::pcma}) {
    SeededRandom random(3);
    PortListener listener(codec);
    Now now{Instant{5s}, {}};
    std::uint16_t sequence = 0;
    for (int i = 0; i < 500; ++i, now.monotonic += 20ms) {
      Bytes garbage(1 + random.u32() % 1'400);
      random.fill(garbage);
      listener.insert(now, header(sequence, sequence * codec::frame_ticks(codec)), garbage, {});
      ++sequence;
      EXPECT_EQ(listener.next_frame(now).size(), PortListener::kFrameSamples);
    }
  }
}

TEST(PortListener, IsSilentWithoutPackets) {
  PortListener listener(codec::Codec::opus);
  const Now now{Instant{5s}, {}};
  EXPECT_EQ(dsp::mean_square(listener.next_frame(now)), 0.0);
}

TEST(PortListener, AnEndInTheMiddleOfAToneFadesWithoutAClick) {
  const auto tone = dsp::make_tone({.frequency = 300, .amplitude = 0.3F, .duration_ms = 1'000});
  const auto heard = hear(dsp::SampleView(tone).first(24'000), 20);
  int largest = 0;
  for (std::size_t i = 1; i < heard.size(); ++i)
    largest = std::max(largest, std::abs(heard[i] - heard[i - 1]));
  EXPECT_LT(largest, 1'500) << "the tone's own steps are 1158";
  EXPECT_EQ(dsp::mean_square(dsp::SampleView(heard).last(160)), 0.0);
}

}  // namespace
}  // namespace parley::bridge
