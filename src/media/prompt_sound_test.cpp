// What a prompt sounds like after the codec, held against the sound it was made from; and the
// figures behind `dsp::SoundExpectation`.
#include <gtest/gtest.h>

#include "codec/g711.hpp"
#include "codec/opus_decoder.hpp"
#include "codec/opus_packet.hpp"
#include "dsp/goertzel.hpp"
#include "dsp/level.hpp"
#include "dsp/sound_match.hpp"
#include "dsp/sound_test_support.hpp"
#include "dsp/tone.hpp"
#include "media/beep.hpp"
#include "media/prompt_encoder.hpp"
#include "wire/wav.hpp"

namespace parley::media {
namespace {

using codec::Codec;
using dsp::Samples;
using dsp::SampleView;
using dsp::testing::babble;

constexpr std::uint32_t kRate = 48'000;
const PromptEncoding kAll{.codecs = {Codec::opus, Codec::pcmu, Codec::pcma}};

SharedPrompt encode(SampleView sound, std::uint32_t rate) {
  return encode_prompt(sound, rate, kAll).value();
}

void hear_opus(codec::OpusFrameDecoder& decoder, const EncodedPrompt& prompt, Samples& out) {
  Samples frame(decoder.max_samples());
  for (std::size_t i = 0; i < prompt.frame_count(); ++i) {
    const std::size_t count = decoder.decode(prompt.frame(Codec::opus, i), frame);
    EXPECT_EQ(count, decoder.rate() / 50);
    out.insert(out.end(), frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

Samples hear_opus(const EncodedPrompt& prompt) {
  codec::OpusFrameDecoder decoder(kRate);
  Samples out;
  hear_opus(decoder, prompt, out);
  return out;
}

Samples hear_g711(const EncodedPrompt& prompt, Codec codec) {
  Samples out;
  for (std::size_t i = 0; i < prompt.frame_count(); ++i) {
    const ByteView frame = prompt.frame(codec, i);
    EXPECT_EQ(frame.size(), 160u);
    for (const std::uint8_t byte : frame)
      out.push_back(codec == Codec::pcmu ? codec::decode_pcmu(byte) : codec::decode_pcma(byte));
  }
  return out;
}

// Two speakers, short and long, plain and lively.
const char* const kVoices[] = {
    "en_US_f_Allison/vm-intro.wav",    "en_US_f_Allison/hello-world.wav",
    "en_US_f_Allison/tt-weasels.wav",  "en_US_f_Allison/auth-thankyou.wav",
    "ru_RU_f_IvrvoiceRU/vm-intro.wav",
};

TEST(PromptSound, GeneratedSoundPassesEveryCodec) {
  for (const std::uint32_t rate : {8'000u, 16'000u, 44'100u, 48'000u}) {
    const Samples sound = babble(3'000, rate, 1);
    const SharedPrompt prompt = encode(sound, rate);
    const auto opus = dsp::match_sound({hear_opus(*prompt), kRate}, {sound, rate});
    EXPECT_EQ(dsp::unmet(opus), "") << rate;
    EXPECT_NEAR(opus.offset_ms, 6.5, 1.0) << rate;  // Opus' look-ahead
    for (const Codec codec : {Codec::pcmu, Codec::pcma}) {
      const auto g711 = dsp::match_sound({hear_g711(*prompt, codec), 8'000}, {sound, rate});
      EXPECT_EQ(dsp::unmet(g711, {.correlation = 0.98}), "") << rate;
      EXPECT_NEAR(g711.offset_ms, 0.0, 0.13);
    }
  }
}

TEST(PromptSound, RecordedVoicesPassOpusLateAndLower) {
  PARLEY_NEED_VOICES();
  for (const char* name : kVoices) {
    const auto sound = dsp::testing::voice(name);
    ASSERT_TRUE(sound) << name;
    const Samples heard = dsp::testing::placed(hear_opus(*encode(*sound, 8'000)), kRate, 60, -3.0F);
    const auto match = dsp::match_sound({heard, kRate}, {*sound, 8'000});
    EXPECT_EQ(dsp::unmet(match, {.gain_error_db = 1.0, .gain_db = -3.0}), "") << name;
    EXPECT_NEAR(match.offset_ms, 66.5, 1.5) << name;
    std::printf("passes  %s: %s\n", name, match.text().c_str());
  }
}

TEST(PromptSound, RecordedVoicesFailAgainstOthersSilenceAndHoles) {
  PARLEY_NEED_VOICES();
  for (std::size_t i = 0; i < std::size(kVoices); ++i) {
    const auto sound = dsp::testing::voice(kVoices[i]);
    const auto other = dsp::testing::voice(kVoices[(i + 1) % std::size(kVoices)]);
    ASSERT_TRUE(sound && other);
    const auto against_other =
        dsp::match_sound({hear_opus(*encode(*other, 8'000)), kRate}, {*sound, 8'000});
    EXPECT_NE(dsp::unmet(against_other), "") << kVoices[i];
    EXPECT_LT(against_other.correlation, 0.7) << kVoices[i];
    std::printf("other   %s: %s\n", kVoices[i], against_other.text().c_str());
    EXPECT_NE(dsp::unmet(dsp::match_sound({Samples(48'000), kRate}, {*sound, 8'000})), "");
    Samples holed = hear_opus(*encode(*sound, 8'000));
    dsp::testing::cut_hole(holed, kRate, 100);
    const auto with_hole = dsp::match_sound({holed, kRate}, {*sound, 8'000});
    EXPECT_NE(dsp::unmet(with_hole), "") << kVoices[i];
    EXPECT_GE(with_hole.longest_gap_ms, 60.0) << kVoices[i];
    std::printf("hole    %s: %s\n", kVoices[i], with_hole.text().c_str());
  }
}

double power_between(SampleView sound, std::size_t from, std::size_t to) {
  return dsp::mean_square(sound.subspan(from, std::min(to, sound.size()) - from));
}

// Two prompts back to back through one decoder sound as through two: no click at the splice, and
// the second one is itself from its first frame on.
void expect_clean_splice(SampleView a, SampleView b, std::uint32_t rate) {
  const SharedPrompt first = encode(a, rate);
  const SharedPrompt second = encode(b, rate);
  codec::OpusFrameDecoder decoder(kRate);
  Samples together;
  hear_opus(decoder, *first, together);
  const std::size_t splice = together.size();
  hear_opus(decoder, *second, together);
  const Samples alone = hear_opus(*second);
  Samples error(alone.size());
  int largest_step = 0;
  for (std::size_t i = 0; i < alone.size(); ++i) {
    error[i] = static_cast<std::int16_t>(together[splice + i] - alone[i]);
    if (i > 0 && i < 960) largest_step = std::max(largest_step, std::abs(error[i] - error[i - 1]));
  }
  const double signal = dsp::mean_square(alone);
  EXPECT_LT(power_between(error, 0, 4'800), signal * 1e-3) << "of 100 ms after the splice";
  EXPECT_LT(largest_step, 330) << "a click of -40 dBov";
  EXPECT_LT(std::abs(together[splice] - together[splice - 1]), 330);
}

TEST(PromptSound, PromptsJoinWithoutAClick) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    expect_clean_splice(babble(1'500, 16'000, seed), babble(1'500, 16'000, seed + 10), 16'000);
  const Samples tone = dsp::make_tone({.rate = 16'000, .frequency = 440.0F, .fade_ms = 0});
  expect_clean_splice(tone, tone, 16'000);
}

TEST(PromptSound, RecordedVoicesJoinWithoutAClick) {
  PARLEY_NEED_VOICES();
  for (std::size_t i = 0; i + 1 < std::size(kVoices); ++i) {
    SCOPED_TRACE(kVoices[i]);
    expect_clean_splice(*dsp::testing::voice(kVoices[i]), *dsp::testing::voice(kVoices[i + 1]),
                        8'000);
  }
}

TEST(PromptSound, BeepIsAToneThatEndsInSilence) {
  const SharedPrompt beep = make_beep(kAll);
  EXPECT_EQ(beep->frame_count(), 21u);  // 400 ms and Opus' look-ahead
  const Samples heard = hear_opus(*beep);
  const SampleView middle = SampleView(heard).subspan(4'800, 9'600);
  EXPECT_GT(dsp::tone_share(middle, kRate, 1'000.0), 0.98);
  EXPECT_NEAR(dsp::power_dbov(dsp::mean_square(middle)), -15.0, 1.0);
  EXPECT_LT(power_between(heard, heard.size() - 480, heard.size()), 1e-5);
  EXPECT_NEAR(beep->level(10), 15, 1);
}

TEST(PromptEncoder, FramesAndLevelsAgree) {
  const Samples sound = babble(1'010, 16'000, 1);
  const SharedPrompt prompt = encode(sound, 16'000);
  EXPECT_EQ(prompt->frame_count(), 51u);
  EXPECT_EQ(prompt->duration(), std::chrono::milliseconds(1'020));
  EXPECT_GE(prompt->level(0), 70);  // the sound begins with 20 ms of silence
  EXPECT_NEAR(prompt->level(4), 20, 10);
  for (std::size_t i = 0; i < prompt->frame_count(); ++i) {
    const auto packet = codec::parse_opus_packet(prompt->frame(Codec::opus, i));
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->samples(), 960u);
  }
  EXPECT_GT(prompt->bytes(), 51u * 320u);
}

TEST(PromptEncoder, MakesOnlyTheCodecsAskedFor) {
  const auto prompt = encode_prompt(Samples(160, 1'000), 8'000, {.codecs = {Codec::pcma}}).value();
  EXPECT_TRUE(prompt->has(Codec::pcma));
  EXPECT_FALSE(prompt->has(Codec::opus));
  EXPECT_FALSE(prompt->has(Codec::pcmu));
}

TEST(PromptEncoder, ShortestSoundsAreFilledUp) {
  for (const std::size_t count : {1u, 2u, 7u, 159u}) {
    const auto prompt = encode_prompt(Samples(count, 1'000), 8'000, kAll);
    ASSERT_TRUE(prompt.ok());
    EXPECT_GE((*prompt)->frame_count(), 1u);
  }
}

TEST(PromptEncoder, RefusesWhatItCannotPlay) {
  EXPECT_EQ(encode_prompt({}, 16'000).error().error, PromptError::empty);
  EXPECT_EQ(encode_prompt(Samples(100), 7'999).error().error, PromptError::unsupported_format);
  EXPECT_EQ(encode_prompt(Samples(100), 48'001).error().error, PromptError::unsupported_format);
  EXPECT_EQ(encode_prompt(Samples(600 * 8'000 + 1), 8'000).error().error, PromptError::too_long);
}

Bytes wav_file(std::uint32_t rate, SampleView samples) {
  Bytes file = to_bytes(wire::wav_header(rate, samples.size()));
  wire::append_wav_samples(file, samples);
  return file;
}

TEST(PromptEncoder, TakesAWavFile) {
  const Samples sound = babble(1'000, 16'000, 1);
  const SharedPrompt prompt = encode_wav_prompt(wav_file(16'000, sound), kAll).value();
  const auto match = dsp::match_sound({hear_g711(*prompt, Codec::pcma), 8'000}, {sound, 16'000});
  EXPECT_EQ(dsp::unmet(match), "");
}

TEST(PromptEncoder, TakesARecordedWavFile) {
  PARLEY_NEED_VOICES();
  const auto bytes = dsp::testing::voice_file("en_US_f_Allison/hello-world.wav");
  const SharedPrompt prompt = encode_wav_prompt(as_bytes(*bytes)).value();
  const auto match =
      dsp::match_sound({hear_opus(*prompt), kRate},
                       {*dsp::testing::voice("en_US_f_Allison/hello-world.wav"), 8'000});
  EXPECT_EQ(dsp::unmet(match), "");
}

TEST(PromptEncoder, SaysWhyAFileIsRefused) {
  Bytes stereo = wav_file(16'000, Samples(1'600));
  stereo[22] = 2;
  stereo[32] = 4;
  stereo[29] = 0xFA;  // 64,000 bytes a second
  const auto refused = encode_wav_prompt(stereo);
  EXPECT_EQ(refused.error().error, PromptError::unsupported_format);
  EXPECT_NE(refused.error().text.find("mono"), std::string::npos) << refused.error().text;
  EXPECT_EQ(encode_wav_prompt(as_bytes("<html>not here</html>")).error().error,
            PromptError::not_wav);
  EXPECT_EQ(encode_wav_prompt({}).error().error, PromptError::not_wav);
  EXPECT_EQ(encode_wav_prompt(wav_file(16'000, {})).error().error, PromptError::empty);
  EXPECT_EQ(encode_wav_prompt(Bytes(kMaxPromptBytes + 1)).error().error, PromptError::too_large);
  const auto long_one = encode_wav_prompt(wav_file(8'000, Samples(600 * 8'000 + 1)));
  EXPECT_EQ(long_one.error().error, PromptError::too_long);
  EXPECT_NE(long_one.error().text.find("600 s"), std::string::npos) << long_one.error().text;
}

}  // namespace
}  // namespace parley::media
