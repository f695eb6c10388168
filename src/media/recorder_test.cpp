#include "media/recorder.hpp"

#include <gtest/gtest.h>

#include "dsp/resampler.hpp"
#include "dsp/sound_match.hpp"
#include "dsp/sound_test_support.hpp"
#include "wire/wav.hpp"

namespace parley::media {
namespace {

using namespace std::chrono_literals;
using dsp::testing::babble;

constexpr Instant kStart{10s};

double ms(Duration duration) {
  return static_cast<double>(duration / 1us) / 1000.0;
}

/// Drives a recorder tick by tick and keeps what it wrote, as the file would be.
class Tape {
 public:
  explicit Tape(RecorderOptions options) : recorder(kStart, std::move(options)) {}

  void feed(dsp::SampleView sound, FrameSource source = FrameSource::received) {
    for (std::size_t at = 0; at + Recorder::kFrameSamples <= sound.size() && !ended;
         at += Recorder::kFrameSamples) {
      now += 20ms;
      recorder.handle_frame(now, sound.subspan(at, Recorder::kFrameSamples), source);
      drain();
    }
  }
  void silence(Duration length, FrameSource source = FrameSource::received) {
    feed(dsp::Samples(static_cast<std::size_t>(length / 1ms) * 16), source);
  }
  /// No frames: only the deadlines.
  void wait(Duration length) {
    const Instant until = now + length;
    while (const auto deadline = recorder.next_deadline()) {
      if (deadline->at > until) break;
      now = std::max(now, deadline->at);
      recorder.handle_timeout(now);
      drain();
    }
    now = until;
  }
  void press(std::string_view keys) {
    for (const char c : keys) recorder.handle_key(now, *key_of_char(c));
    drain();
  }
  void stop(RecordEnd end) {
    recorder.stop(now, end);
    drain();
  }
  void drain() {
    while (auto event = recorder.poll_event()) {
      ASSERT_FALSE(ended) << "an event after the last one";
      if (const auto* append = std::get_if<RecordAppend>(&*event)) {
        file.insert(file.end(), append->bytes.begin(), append->bytes.end());
        ++appends;
      } else if (const auto* header = std::get_if<RecordHeader>(&*event)) {
        std::copy(header->bytes.begin(), header->bytes.end(), file.begin());
      } else {
        ended = std::get<RecordEnded>(*event);
      }
    }
  }
  dsp::Samples sound() const {
    const auto audio = wire::read_wav(file);
    EXPECT_TRUE(audio.ok());
    EXPECT_EQ(audio->sample_rate, Recorder::kRate);
    return audio->samples;
  }

  Recorder recorder;
  Instant now = kStart;
  Bytes file;
  int appends = 0;
  std::optional<RecordEnded> ended;
};

TEST(Recorder, InitialSilenceFailsAtItsTimeout) {
  Tape tape({.initial_silence_timeout = 2s, .max_duration = 60s});
  tape.silence(1'980ms);
  EXPECT_FALSE(tape.ended);
  tape.silence(100ms);
  ASSERT_TRUE(tape.ended);
  EXPECT_EQ(tape.ended->end, RecordEnd::initial_silence_timeout);
  EXPECT_EQ(tape.now - kStart, 2s);
  EXPECT_FALSE(tape.ended->speech);
}

TEST(Recorder, NoiseIsSilence) {
  SeededRandom random(1);
  Tape tape({.initial_silence_timeout = 3s, .max_duration = 60s});
  tape.feed(dsp::testing::noise(16'000 * 5, 0.1F, random));
  ASSERT_TRUE(tape.ended);
  EXPECT_EQ(tape.ended->end, RecordEnd::initial_silence_timeout);
}

TEST(Recorder, SilenceAfterSpeechEndsIt) {
  Tape tape({.initial_silence_timeout = 2s, .max_silence_timeout = 3s, .max_duration = 60s});
  tape.silence(1s);
  tape.feed(babble(4'000, 16'000, 1));
  EXPECT_FALSE(tape.ended);
  const Instant spoken = tape.now;
  tape.silence(5s);
  ASSERT_TRUE(tape.ended);
  EXPECT_EQ(tape.ended->end, RecordEnd::max_silence_timeout);
  EXPECT_TRUE(tape.ended->speech);
  // The babble may itself end in a pause of 150 ms.
  EXPECT_NEAR(ms(tape.now - spoken), 3'000, 200);
  EXPECT_NEAR(ms(tape.ended->duration), ms(tape.now - kStart), 20);
}

TEST(Recorder, ResumedSpeechKeepsIt) {
  Tape tape({.max_silence_timeout = 2s, .max_duration = 60s});
  for (std::uint64_t i = 0; i < 5; ++i) {
    tape.feed(babble(2'000, 16'000, i));
    tape.silence(1'500ms);
  }
  EXPECT_FALSE(tape.ended);
}

TEST(Recorder, EndsAtExactlyItsDuration) {
  Tape tape({.max_duration = 3s});
  tape.feed(babble(5'000, 16'000, 1));
  ASSERT_TRUE(tape.ended);
  EXPECT_EQ(tape.ended->end, RecordEnd::max_record_duration_reached);
  EXPECT_EQ(tape.ended->duration, 3s);
  EXPECT_EQ(tape.now - kStart, 3s);
  EXPECT_EQ(tape.ended->bytes, 44u + 96'000u);
  EXPECT_EQ(tape.appends, 6);
}

TEST(Recorder, FileIsWhatWasHeard) {
  Tape tape({.max_duration = 3s});
  const dsp::Samples sound = babble(3'000, 16'000, 1);
  tape.feed(sound);
  ASSERT_TRUE(tape.ended);
  ASSERT_EQ(tape.file.size(), tape.ended->bytes);
  const auto header = wire::wav_header(16'000, sound.size());
  EXPECT_TRUE(std::equal(header.begin(), header.end(), tape.file.begin()));
  EXPECT_EQ(tape.sound(), sound);
}

TEST(Recorder, EveryAppendLeavesAReadableFile) {
  Tape tape({.max_duration = 10s});
  const dsp::Samples sound = babble(1'300, 16'000, 1);
  tape.feed(sound);
  EXPECT_EQ(tape.appends, 2);
  EXPECT_EQ(tape.sound(), dsp::Samples(sound.begin(), sound.begin() + 16'000));
  EXPECT_TRUE(wire::repaired_wav_header(tape.file, tape.file.size()));
}

TEST(Recorder, AStopToneEndsIt) {
  Tape tape({.stop_tones = {*KeySequence::parse("#"), *KeySequence::parse("*9")}});
  tape.feed(babble(700, 16'000, 1));
  tape.press("1*19*");
  EXPECT_FALSE(tape.ended);
  tape.press("9");
  ASSERT_TRUE(tape.ended);
  EXPECT_EQ(tape.ended->end, RecordEnd::stop_tone_detected);
  EXPECT_EQ(tape.ended->duration, 700ms);
  EXPECT_EQ(tape.file.size(), tape.ended->bytes);
}

TEST(Recorder, WithoutStopTonesKeysDoNothing) {
  Tape tape({});
  tape.press("#*0123456789");
  EXPECT_FALSE(tape.ended);
}

TEST(Recorder, NoPacketsAtAllEndIt) {
  Tape tape({.initial_silence_timeout = 120s, .max_duration = 120s, .media_timeout = 10s});
  tape.silence(2s);
  tape.silence(20s, FrameSource::made_up);
  ASSERT_TRUE(tape.ended);
  EXPECT_EQ(tape.ended->end, RecordEnd::media_receive_timeout);
  EXPECT_NEAR(ms(tape.now - kStart), 12'000, 20);
}

TEST(Recorder, DeadlinesHoldWithoutFrames) {
  Tape tape({.initial_silence_timeout = 5s, .max_duration = 60s});
  EXPECT_EQ(tape.recorder.next_deadline()->reason, Recorder::Wake::initial_silence);
  EXPECT_EQ(tape.recorder.next_deadline()->at, kStart + 5s);
  tape.wait(6s);
  ASSERT_TRUE(tape.ended);
  EXPECT_EQ(tape.ended->end, RecordEnd::initial_silence_timeout);
  EXPECT_EQ(tape.ended->duration, 5s);
  EXPECT_FALSE(tape.recorder.next_deadline());
}

TEST(Recorder, MissedTicksBecomeSilence) {
  Tape tape({.max_duration = 4s});
  const dsp::Samples sound = babble(3'000, 16'000, 1);
  tape.feed(dsp::SampleView(sound).first(16'000));
  tape.wait(1s);
  tape.feed(dsp::SampleView(sound).subspan(32'000));
  tape.stop(RecordEnd::peer_hung_up);
  ASSERT_TRUE(tape.ended);
  EXPECT_NEAR(ms(tape.ended->duration), 3'000, 100);
  const dsp::Samples second(sound.begin() + 32'000, sound.end());
  const auto match = dsp::match_sound({tape.sound(), 16'000}, {second, 16'000});
  EXPECT_NEAR(match.offset_ms, 2'000.0, 100.0) << match.text();
}

TEST(Recorder, FramesAheadOfTheClockAreDropped) {
  Recorder recorder(kStart, {.max_duration = 60s});
  const dsp::Samples frame(Recorder::kFrameSamples);
  for (int i = 0; i < 100; ++i) recorder.handle_frame(kStart + 20ms, frame, FrameSource::received);
  EXPECT_EQ(recorder.dropped_frames(), 93u);
}

TEST(Recorder, StopTellsTheReasonOnce) {
  for (const RecordEnd end :
       {RecordEnd::operation_canceled, RecordEnd::peer_hung_up, RecordEnd::unspecified_error}) {
    Tape tape({});
    tape.feed(babble(100, 16'000, 1));
    tape.stop(end);
    tape.stop(RecordEnd::operation_canceled);
    tape.wait(200s);
    tape.silence(1s);
    tape.press("#");
    ASSERT_TRUE(tape.ended);
    EXPECT_EQ(tape.ended->end, end);
    EXPECT_EQ(tape.ended->bytes, 44u + 3'200u);
  }
}

TEST(Recorder, NothingRecordedIsNoFile) {
  Tape tape({});
  tape.stop(RecordEnd::peer_hung_up);
  ASSERT_TRUE(tape.ended);
  EXPECT_EQ(tape.ended->bytes, 0u);
  EXPECT_EQ(tape.appends, 0);
}

TEST(Recorder, ARecordedVoiceEndsBySilence) {
  PARLEY_NEED_VOICES();
  const auto recorded = dsp::testing::voice("en_US_f_Allison/vm-intro.wav");
  Tape tape({.max_silence_timeout = 2s, .max_duration = 60s});
  const dsp::Samples sound = dsp::resample(*recorded, 8'000, 16'000);
  tape.feed(sound);
  EXPECT_FALSE(tape.ended);
  const Instant spoken = tape.now;
  tape.silence(4s);
  ASSERT_TRUE(tape.ended);
  EXPECT_EQ(tape.ended->end, RecordEnd::max_silence_timeout);
  EXPECT_NEAR(ms(tape.now - spoken), 2'000, 400);
  const auto match = dsp::match_sound({tape.sound(), 16'000}, {*recorded, 8'000});
  EXPECT_EQ(dsp::unmet(match, {.correlation = 0.99}), "");
}

}  // namespace
}  // namespace parley::media
