#include "bridge/record_outcome.hpp"

#include <algorithm>

#include "model/request_types.hpp"

namespace parley::bridge {
namespace {

using media::RecordEnd;
using model::Outcome;
using model::RecordCompletionReason;

// Graph's Tone enumerates the keys in the order of their event codes (RFC 4733 §3.2).
static_assert(static_cast<int>(model::Tone::star) == static_cast<int>(media::Key::star));
static_assert(static_cast<int>(model::Tone::flash) == static_cast<int>(media::Key::flash));

// What the API lets through, the recorder takes.
static_assert(model::kMaxStopTones == media::Recorder::kMaxStopTones);
static_assert(std::chrono::seconds(model::kMaxRecordSeconds) == media::Recorder::kMaxDuration);

constexpr std::int32_t kInitialSilence = 8514;
constexpr std::int32_t kMaxDuration = 8515;

std::chrono::seconds allowed(Duration duration) {
  using std::chrono::seconds;
  return std::clamp(std::chrono::ceil<seconds>(duration), seconds(1),
                    media::Recorder::kMaxDuration);
}

std::vector<media::KeySequence> stop_tones(const std::vector<std::vector<model::Tone>>& tones) {
  std::vector<media::KeySequence> sequences;
  for (const auto& tone : tones) {
    media::KeySequence keys;
    for (const model::Tone key : tone) keys.push(key_of(key));
    if (keys.size() > 0) sequences.push_back(keys);
  }
  return sequences;
}

RecordVerdict verdict_of(RecordEnd end) {
  switch (end) {
    case RecordEnd::stop_tone_detected:
      return {{200, 0, "A stop tone ended the recording."},
              RecordCompletionReason::stop_tone_detected,
              true};
    case RecordEnd::max_record_duration_reached:
      return {{200, kMaxDuration, "The recording reached its longest duration."},
              RecordCompletionReason::max_record_duration_reached,
              true};
    case RecordEnd::initial_silence_timeout:
      return {{400, kInitialSilence, "Nobody began to speak in time."},
              RecordCompletionReason::initial_silence_timeout,
              false};
    case RecordEnd::max_silence_timeout:
      return {{200, 0, "Silence ended the recording."},
              RecordCompletionReason::max_silence_timeout,
              true};
    case RecordEnd::media_receive_timeout:
      return {{200, 0, "No more media came."}, RecordCompletionReason::media_receive_timeout, true};
    case RecordEnd::peer_hung_up:
      return {{200, 0, "The peer hung up."}, RecordCompletionReason::media_receive_timeout, true};
    case RecordEnd::operation_canceled:
      return {{400, 8508, "The operation was cancelled."},
              RecordCompletionReason::operation_canceled,
              false};
    case RecordEnd::unspecified_error:
      break;
  }
  return {{500, 0, "The recording failed."}, RecordCompletionReason::unspecified_error, true};
}

}  // namespace

RecordVerdict verdict_of(const media::RecordEnded& ended) {
  RecordVerdict verdict = verdict_of(ended.end);
  verdict.keep = verdict.keep && ended.bytes > 0;
  return verdict;
}

media::RecorderOptions recorder_options(const model::RecordOptions& options) {
  return {.initial_silence_timeout = allowed(options.initial_silence),
          .max_silence_timeout = allowed(options.max_silence),
          .max_duration = allowed(options.max_duration),
          .stop_tones = stop_tones(options.stop_tones)};
}

media::Key key_of(model::Tone tone) {
  return static_cast<media::Key>(tone);
}

model::Tone tone_of(media::Key key) {
  return static_cast<model::Tone>(key);
}

}  // namespace parley::bridge
