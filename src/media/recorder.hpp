#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/deadline.hpp"
#include "dsp/samples.hpp"
#include "dsp/voice_activity.hpp"
#include "media/keys.hpp"

namespace parley::media {

/// Why a recording ended.
enum class RecordEnd : std::uint8_t {
  operation_canceled,
  stop_tone_detected,
  max_record_duration_reached,
  initial_silence_timeout,
  max_silence_timeout,
  media_receive_timeout,
  peer_hung_up,
  unspecified_error,
};

struct RecorderOptions {
  std::chrono::seconds initial_silence_timeout{5};  ///< 1 to 120: nobody began to speak
  std::chrono::seconds max_silence_timeout{5};      ///< 1 to 120: after somebody spoke
  std::chrono::seconds max_duration{5};             ///< 1 to 120
  std::chrono::seconds media_timeout{10};           ///< no packet at all came for so long
  std::vector<KeySequence> stop_tones{};            ///< at most `kMaxStopTones`
};

/// Bytes for the end of the recording's file: the header and 500 ms of sound first, then sound.
struct RecordAppend {
  Bytes bytes;
};

/// The header once more, with the true lengths, for the file's start. Told once, after the last
/// append.
struct RecordHeader {
  Bytes bytes;
};

/// The last event.
struct RecordEnded {
  RecordEnd end;
  std::uint64_t bytes = 0;  ///< of the whole file; 0 when nothing was ever recorded
  Duration duration{};      ///< of its sound
  bool speech = false;      ///< somebody was heard
};

using RecordEvent = std::variant<RecordAppend, RecordHeader, RecordEnded>;

/// Where a frame's samples come from.
enum class FrameSource : std::uint8_t { received, made_up };

/// Records one leg from now on: call it into being when the prompt and the beep are over. Frames
/// come from the jitter buffer, one per 20 ms tick, what was lost concealed (`made_up`); where the
/// ticks fall behind the clock by more than `kMaxLag`, silence is put in, and frames ahead of it by
/// as much are dropped, so that the recording's time is true. The WAV is 16 kHz, 16 bit, mono, and
/// keeps everything: the silence or the key that ended it too, as the listener may want to judge it
/// himself (keys come as events, not as sound). Time-outs are measured on the clock, the duration
/// in samples.
class Recorder {
 public:
  static constexpr std::uint32_t kRate = 16'000;
  static constexpr std::size_t kFrameSamples = kRate / 50;
  static constexpr std::chrono::milliseconds kFrameLength{20};
  static constexpr std::chrono::milliseconds kAppendEvery{500};
  static constexpr std::chrono::seconds kMaxDuration{120};
  static constexpr std::chrono::milliseconds kMaxLag{100};
  static constexpr std::size_t kMaxStopTones = 16;

  enum class Wake : std::uint8_t { initial_silence, max_silence, max_duration, media_receive };

  Recorder(Instant now, RecorderOptions options);

  /// One frame of `kFrameSamples`. Ignored after the end.
  void handle_frame(Instant now, dsp::SampleView frame, FrameSource source);
  /// Whether that key, pressed now, would end it.
  bool would_stop(Key key) const;
  /// A key, once per press; only those pressed since the start count.
  void handle_key(Instant now, Key key);
  void handle_timeout(Instant now);
  /// Ends it from outside: cancelled, hung up, or the file could not be written.
  void stop(Instant now, RecordEnd end);

  std::optional<RecordEvent> poll_event();
  std::optional<Deadline<Wake>> next_deadline() const;
  bool ended() const { return ended_; }
  bool is_empty() const { return frames_ == 0; }
  std::uint64_t dropped_frames() const { return dropped_frames_; }

 private:
  Instant instant_of(std::size_t frame) const;
  void fill_up_to(Instant now);
  void write(Instant now, dsp::SampleView frame);
  void hear(Instant now, dsp::SampleView frame);
  void flush();
  void end(RecordEnd end);

  RecorderOptions options_;
  Instant started_;
  Instant last_received_;
  Instant quiet_since_;
  std::size_t max_frames_;
  std::size_t frames_ = 0;  // written, the made up ones too
  dsp::VoiceActivity voice_;
  bool speech_ = false;
  bool ended_ = false;
  bool header_written_ = false;
  KeySequence keys_;
  Bytes pending_;
  std::deque<RecordEvent> events_;
  std::uint64_t dropped_frames_ = 0;
};

}  // namespace parley::media
