#include "bridge/bridge.hpp"
#include "bridge/bridge_test_support.hpp"
#include "wire/wav.hpp"

namespace parley::bridge {
namespace {

using namespace testing;
using model::RecordCompletionReason;
using model::Tone;

model::RecordOptions options(bool beep = false) {
  model::RecordOptions options;
  options.initial_silence = 5s;
  options.max_silence = 2s;
  options.max_duration = 30s;
  options.play_beep = beep;
  return options;
}

/// The samples of a finished recording.
dsp::Samples samples_of(const World::File& file) {
  EXPECT_TRUE(file.complete);
  const auto wav = wire::read_wav(file.bytes);
  if (!wav) {
    ADD_FAILURE() << "not a WAV: " << to_text(wav.error());
    return {};
  }
  EXPECT_EQ(wav->sample_rate, PortListener::kRate);
  const auto header = wire::wav_header(wav->sample_rate, wav->samples.size());
  EXPECT_TRUE(std::ranges::equal(header, ByteView(file.bytes).first(header.size())))
      << "the header does not tell the true length";
  EXPECT_EQ(wire::kWavHeaderSize + 2 * wav->samples.size(), file.bytes.size());
  return wav->samples;
}

void expect_ended(World& world, std::int32_t code, std::int32_t subcode,
                  RecordCompletionReason reason) {
  const auto ended = world.all<model::RecordEnded>();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].second.operation, operation(1));
  EXPECT_EQ(ended[0].second.outcome.code, code);
  EXPECT_EQ(ended[0].second.outcome.subcode, subcode);
  EXPECT_FALSE(ended[0].second.outcome.message.empty());
  EXPECT_EQ(ended[0].second.reason, reason);
  EXPECT_EQ(ended[0].second.has_audio, world.files[operation(1)].complete);
  EXPECT_EQ(ended[0].second.has_audio, !world.files[operation(1)].discarded);
}

TEST(BridgeRecord, RecordsWhatIsSaidUntilSilence) {
  for (const codec::Codec codec : {codec::Codec::opus, codec::Codec::pcma}) {
    World world(1);
    Caller& caller = world.ivr({.codecs = {codec}});
    world.record(1, {}, options());
    EXPECT_FALSE(world.told<model::RecordBegan>()) << "it holds nothing yet";
    const auto sound = sentence(3'000, 1);
    caller.say(sound);
    world.run_for(20ms);
    ASSERT_TRUE(world.told<model::RecordBegan>());
    EXPECT_EQ(world.told<model::RecordBegan>()->operation, operation(1));
    world.run_for(5'980ms);
    expect_ended(world, 200, 0, RecordCompletionReason::max_silence_timeout);
    const auto recorded = samples_of(world.files[operation(1)]);
    const auto found = match(recorded, sound);
    EXPECT_EQ(dsp::unmet(found, {.gain_error_db = 1.0}), "") << found.text();
    EXPECT_NEAR(found.offset_ms, 100.0, 60.0) << "network, jitter buffer, codec";
    EXPECT_NE(dsp::unmet(match(recorded, sentence(3'000, 2))), "") << "another sound";
    EXPECT_NEAR(static_cast<double>(recorded.size()) / 16'000, 5.1, 0.3);
    EXPECT_NE(world.bridge.next_deadline()->reason, BridgeDeadline::tick);
    EXPECT_TRUE(caller.packets.empty());
  }
}

TEST(BridgeRecord, IsWrittenAsItGoesThroughALossyNetwork) {
  World world(2);
  Caller& caller = world.ivr();
  world.loss = 0.02;
  world.jitter = 30ms;
  world.record(1, {}, options());
  const auto sound = sentence(3'000, 3);
  caller.say(sound);
  world.run_for(2s);
  EXPECT_GT(world.files[operation(1)].bytes.size(), 32'000u * 3 / 2);
  world.run_for(4s);
  const auto found = match(samples_of(world.files[operation(1)]), sound, true);
  EXPECT_EQ(dsp::unmet(found, kLossy), "") << found.text();
}

TEST(BridgeRecord, LosesNothingWhileTheMachineStalls) {
  World world(13);
  Caller& caller = world.ivr();
  world.record(1, {}, options());
  const auto sound = sentence(3'000, 6);
  caller.say(sound);
  for (const Duration stall : {90ms, 300ms, 600ms}) {
    world.run_for(400ms);
    world.bridge_busy_until = world.now.monotonic + stall;
  }
  world.run_for(5s);
  expect_ended(world, 200, 0, RecordCompletionReason::max_silence_timeout);
  const auto found = match(samples_of(world.files[operation(1)]), sound);
  EXPECT_EQ(dsp::unmet(found), "") << found.text();
  EXPECT_GT(world.counters.counter("bridge_ticks_skipped_total"), 30u);
}

TEST(BridgeRecord, ALongStallLeavesAHoleAndTheRecordingGoesOn) {
  World world(14);
  Caller& caller = world.ivr();
  world.record(1, {}, options());
  world.run_for(100ms);
  world.bridge_busy_until = world.now.monotonic + 1'500ms;
  world.run_for(4s);  // the jitter buffer gives its delay back within 2 s
  const auto sound = sentence(2'000, 7);
  caller.say(sound);
  world.run_for(6s);
  expect_ended(world, 200, 0, RecordCompletionReason::max_silence_timeout);
  const auto found = match(samples_of(world.files[operation(1)]), sound);
  EXPECT_EQ(dsp::unmet(found), "") << found.text();
}

TEST(BridgeRecord, AKeyEndsARecordingThatHoldsWhatWasSaidBefore) {
  World world(15);
  Caller& caller = world.ivr();
  auto with_stop_tone = options();
  with_stop_tone.stop_tones = {{Tone::pound}};
  world.record(1, {}, with_stop_tone);
  const auto sound = sentence(800, 8);
  caller.say(sound);
  world.run_for(400ms);
  world.bridge_busy_until = world.now.monotonic + 600ms;
  world.run_for(500ms);
  caller.press('#');
  world.run_for(2s);
  expect_ended(world, 200, 0, RecordCompletionReason::stop_tone_detected);
  const auto found = match(samples_of(world.files[operation(1)]), sound);
  EXPECT_EQ(dsp::unmet(found), "") << found.text();
}

/// From the first sample that can be heard to the last.
std::chrono::milliseconds audible_length(dsp::SampleView samples) {
  const auto is_loud = [](std::int16_t sample) {
    return std::abs(sample) > 1'000;
  };
  const auto first = std::find_if(samples.begin(), samples.end(), is_loud);
  const auto last = std::find_if(samples.rbegin(), samples.rend(), is_loud);
  return std::chrono::milliseconds((last.base() - first) * 1000 / PortListener::kRate);
}

TEST(BridgeRecord, AKeyOrAHangUpInTheLastWordCutsNothingOfIt) {
  for (const bool hangs_up : {false, true}) {
    World world(16);
    Caller& caller = world.ivr();
    auto with_stop_tone = options();
    with_stop_tone.stop_tones = {{Tone::pound}};
    world.record(1, {}, with_stop_tone);
    caller.say(dsp::make_tone({.frequency = 300, .duration_ms = 1'000}));
    world.run_for(1'000ms);
    if (hangs_up) {
      world.run_for(world.delay);  // its last packets came, and are not played yet
      caller.leg->close(world.now);
    } else {
      caller.press('#');
    }
    world.run_for(1s);
    ASSERT_TRUE(world.told<model::RecordEnded>());
    EXPECT_GE(audible_length(samples_of(world.files[operation(1)])), 980ms) << hangs_up;
  }
}

TEST(BridgeRecord, PromptThenBeepThenRecording) {
  World world(3);
  Caller& caller = world.ivr();
  const auto prompt = sentence(1'000, 4);
  const auto begun_at = world.now.monotonic;
  world.record(1, {{prompt_of(prompt)}}, options(true));
  caller.say(sentence(4'000, 5));  // over prompt and beep: it may not barge in
  world.run_for(1'300ms);
  EXPECT_FALSE(world.told<model::RecordBegan>());
  world.run_for(4s);
  ASSERT_TRUE(world.told<model::RecordBegan>());
  EXPECT_NEAR(static_cast<double>((world.told_at<model::RecordBegan>() - begun_at) / 1ms), 1'440,
              60);
  const auto beep = dsp::make_tone({.frequency = 1'000, .duration_ms = 400});
  dsp::Samples both = prompt;
  both.insert(both.end(), beep.begin(), beep.end());
  EXPECT_EQ(dsp::unmet(match(caller.heard, prompt)), "");
  EXPECT_EQ(dsp::unmet(match(caller.heard, beep)), "");
  EXPECT_NE(dsp::unmet(match(caller.heard, dsp::make_tone({.frequency = 700, .duration_ms = 400}))),
            "");
}

TEST(BridgeRecord, NobodySpokeFailsAndKeepsNothing) {
  World world(4);
  world.ivr();
  world.record(1, {}, options());
  world.run_for(4'900ms);
  EXPECT_FALSE(world.told<model::RecordEnded>());
  world.run_for(200ms);
  expect_ended(world, 400, 8514, RecordCompletionReason::initial_silence_timeout);
  EXPECT_FALSE(world.told<model::RecordEnded>()->has_audio);
}

TEST(BridgeRecord, LongestDuration) {
  World world(5);
  Caller& caller = world.ivr();
  auto limited = options();
  limited.max_duration = 2s;
  world.record(1, {}, limited);
  caller.say(sentence(6'000, 6));
  world.run_for(2'200ms);
  expect_ended(world, 200, 8515, RecordCompletionReason::max_record_duration_reached);
  EXPECT_EQ(samples_of(world.files[operation(1)]).size(), 32'000u);
}

TEST(BridgeRecord, AStopToneOfTwoKeys) {
  World world(6);
  Caller& caller = world.ivr();
  auto with_tones = options();
  with_tones.stop_tones = {{Tone::star, Tone::pound}};
  world.record(1, {}, with_tones);
  caller.say(sentence(6'000, 7));
  world.run_for(1s);
  caller.press('#');
  caller.press('*');
  world.run_for(500ms);
  EXPECT_FALSE(world.told<model::RecordEnded>());
  caller.press('#');
  world.run_for(300ms);
  expect_ended(world, 200, 0, RecordCompletionReason::stop_tone_detected);
  EXPECT_EQ(world.all<model::KeyPressed>().size(), 3u) << "they are told too";
  EXPECT_FALSE(samples_of(world.files[operation(1)]).empty());
}

TEST(BridgeRecord, SpeechBargesInAndItsFirstWordIsRecordedWithoutABeep) {
  World world(7);
  Caller& caller = world.ivr();
  auto barge = options(true);
  barge.barge_in_allowed = true;
  world.record(1, {{prompt_of(sentence(8'000, 8))}}, barge);
  world.run_for(2s);
  EXPECT_FALSE(world.told<model::RecordBegan>()) << "silence barged in";
  const auto sound = sentence(2'000, 9);
  caller.say(sound);
  world.run_for(700ms);
  ASSERT_TRUE(world.told<model::RecordBegan>());
  const std::size_t sent = caller.packets.size();
  world.run_for(4s);
  EXPECT_LE(caller.packets.size(), sent + 2) << "the prompt went on, or it beeped";
  expect_ended(world, 200, 0, RecordCompletionReason::max_silence_timeout);
  const auto found = match(samples_of(world.files[operation(1)]), sound);
  EXPECT_EQ(dsp::unmet(found), "") << found.text();
}

TEST(BridgeRecord, AKeyBargesInAndIsNoStopTone) {
  World world(8);
  Caller& caller = world.ivr();
  auto barge = options(true);
  barge.barge_in_allowed = true;
  barge.stop_tones = {{Tone::pound}};
  world.record(1, {{prompt_of(sentence(8'000, 8))}}, barge);
  world.run_for(1s);
  caller.press('#');
  world.run_for(200ms);
  EXPECT_TRUE(world.told<model::RecordBegan>());
  EXPECT_FALSE(world.told<model::RecordEnded>());
  caller.press('#');
  world.run_for(300ms);
  expect_ended(world, 200, 0, RecordCompletionReason::stop_tone_detected);
}

TEST(BridgeRecord, WithoutBargeInAKeyDuringThePromptIsToldOnly) {
  World world(9);
  Caller& caller = world.ivr();
  auto with_tone = options();
  with_tone.stop_tones = {{Tone::pound}};
  world.record(1, {{prompt_of(sentence(2'000, 8))}}, with_tone);
  world.run_for(500ms);
  caller.press('#');
  world.run_for(500ms);
  EXPECT_TRUE(world.told<model::KeyPressed>());
  EXPECT_FALSE(world.told<model::RecordBegan>());
  world.run_for(1'200ms);
  EXPECT_TRUE(world.told<model::RecordBegan>());
  EXPECT_FALSE(world.told<model::RecordEnded>());
}

TEST(BridgeRecord, AHangUpCompletesItBeforeThePortFails) {
  World world(10);
  Caller& caller = world.ivr();
  world.record(1, {}, options());
  caller.say(sentence(5'000, 10));
  world.run_for(1'500ms);
  caller.leg->close(world.now);
  world.drain();
  world.run_for(100ms);
  expect_ended(world, 200, 0, RecordCompletionReason::media_receive_timeout);
  EXPECT_TRUE(std::holds_alternative<model::PortFailed>(world.events.back().event));
  EXPECT_GT(samples_of(world.files[operation(1)]).size(), 16'000u);
}

TEST(BridgeRecord, AHangUpDuringThePromptFailsIt) {
  World world(11);
  Caller& caller = world.ivr();
  world.record(1, {{prompt_of(sentence(3'000, 8))}}, options(true));
  world.run_for(500ms);
  caller.leg->close(world.now);
  world.drain();
  world.run_for(100ms);
  const auto ended = world.told<model::RecordEnded>();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->outcome.subcode, 8508);
  EXPECT_FALSE(ended->has_audio);
}

TEST(BridgeRecord, NoMediaAtAllEndsItBeforeTheConsentDoes) {
  World world(12);
  Caller& caller = world.ivr();
  auto patient = options();
  patient.initial_silence = 60s;
  world.record(1, {}, patient);
  world.run_for(1s);
  caller.microphone_on = false;
  world.run_for(10'500ms);
  expect_ended(world, 200, 0, RecordCompletionReason::media_receive_timeout);
  EXPECT_FALSE(world.told<model::PortFailed>());
}

TEST(BridgeRecord, AMutedCallerIsSilentButThere) {
  World world(13);
  Caller& caller = world.ivr();
  world.bridge.mute(PortId{2}, true);
  auto patient = options();
  patient.initial_silence = 20s;
  world.record(1, {}, patient);
  caller.say(sentence(19'000, 10));
  world.run_for(19s);
  EXPECT_FALSE(world.told<model::RecordEnded>());
  world.run_for(1'100ms);
  expect_ended(world, 400, 8514, RecordCompletionReason::initial_silence_timeout);
}

TEST(BridgeRecord, StopKeepsOrDiscardsAndTellsNoEvent) {
  for (const bool keep : {true, false}) {
    World world(14);
    Caller& caller = world.ivr();
    world.record(1, {}, options());
    caller.say(sentence(3'000, 11));
    world.run_for(1'200ms);
    world.stop(1, keep);
    EXPECT_FALSE(world.told<model::RecordEnded>());
    const World::File& file = world.files[operation(1)];
    EXPECT_EQ(file.complete, keep);
    EXPECT_EQ(file.discarded, !keep);
    if (keep) {
      EXPECT_NEAR(static_cast<double>(samples_of(file).size()), 19'200, 2'000);
    }
    world.run_for(10s);
    EXPECT_FALSE(world.told<model::RecordEnded>());
    EXPECT_NE(world.bridge.next_deadline()->reason, BridgeDeadline::tick);
  }
}

TEST(BridgeRecord, ThatEndsBeforeItsFirstFrameHasNoFile) {
  for (const bool closed : {true, false}) {
    World world(20);
    world.ivr();
    world.record(1, {}, options());
    if (closed)
      world.bridge.close(world.now);
    else
      world.stop(1, true);
    world.drain();
    world.run_for(1s);
    EXPECT_FALSE(world.told<model::RecordBegan>());
    EXPECT_TRUE(world.files.empty());
    ASSERT_EQ(world.told<model::RecordEnded>().has_value(), closed);
    if (!closed) continue;
    EXPECT_EQ(world.told<model::RecordEnded>()->outcome.subcode, 8508);
    EXPECT_FALSE(world.told<model::RecordEnded>()->has_audio);
  }
}

TEST(BridgeRecord, StopDuringPromptOrBeepEndsTheSound) {
  for (const Duration after : {500ms, 1'200ms}) {
    World world(15);
    Caller& caller = world.ivr();
    world.record(1, {{prompt_of(sentence(1'000, 8))}}, options(true));
    world.run_for(after);
    world.stop(1);
    world.run_for(100ms);
    const std::size_t sent = caller.packets.size();
    world.run_for(2s);
    EXPECT_EQ(caller.packets.size(), sent);
    EXPECT_FALSE(world.told<model::RecordBegan>());
    EXPECT_FALSE(world.told<model::RecordEnded>());
    EXPECT_TRUE(world.files.empty());
  }
}

TEST(BridgeRecord, CloseWritesTheLastBytes) {
  World world(16);
  Caller& caller = world.ivr();
  world.record(1, {}, options());
  caller.say(sentence(3'000, 11));
  world.run_for(1'250ms);
  world.bridge.close(world.now);
  world.drain();
  expect_ended(world, 200, 0, RecordCompletionReason::media_receive_timeout);
  EXPECT_NEAR(static_cast<double>(samples_of(world.files[operation(1)]).size()), 20'000, 2'000);
}

TEST(BridgeRecord, NobodyToRecordAndTooManyAtOnceFail) {
  World world(17);
  world.bridge.add_hosted_port(kBot);
  world.record(1, {}, options());
  EXPECT_EQ(world.told<model::RecordEnded>()->outcome.subcode, 8508);
  world.call(PortId{2});
  for (std::uint8_t i = 0; i < BridgeOptions{}.max_recordings; ++i)
    world.record(static_cast<std::uint8_t>(10 + i), {}, options());
  EXPECT_EQ(world.all<model::RecordEnded>().size(), 1u);
  world.record(99, {}, options());
  EXPECT_EQ(world.told<model::RecordEnded>()->operation, operation(99));
  EXPECT_EQ(world.told<model::RecordEnded>()->outcome.code, 500);
}

TEST(BridgeRecord, APromptThatCannotBePlayedFailsIt) {
  World world(18);
  world.ivr({.codecs = {codec::Codec::pcmu}});
  const auto only_opus = media::encode_prompt(sentence(300, 1), kSpeechRate).value();
  world.record(1, {{only_opus}}, options());
  EXPECT_EQ(world.told<model::RecordEnded>()->outcome.subcode, 8536);
  EXPECT_EQ(world.told<model::RecordEnded>()->reason, RecordCompletionReason::play_prompt_failed);
}

TEST(BridgeRecord, LateTicksLeaveTheRecordingsTimeTrue) {
  World world(19);
  Caller& caller = world.ivr();
  world.record(1, {}, options());
  caller.say(sentence(4'000, 12));
  world.run_for(1s);
  world.bridge_busy_until = world.now.monotonic + 300ms;
  world.run_for(2s);
  world.stop(1, true);
  EXPECT_NEAR(static_cast<double>(samples_of(world.files[operation(1)]).size()), 48'000, 2'000);
}

}  // namespace
}  // namespace parley::bridge
