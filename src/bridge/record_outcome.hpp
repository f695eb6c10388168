#pragma once

#include "media/recorder.hpp"
#include "model/call_values.hpp"

namespace parley::bridge {

/// What a recording's end means to the API, by the rulings of Graph's contract: silence after
/// speech, a stop tone and a hang-up complete it with 200/0, the longest duration with 200/8515;
/// nobody having spoken fails it with 400/8514.
struct RecordVerdict {
  model::Outcome outcome;
  model::RecordCompletionReason reason;
  bool keep;  ///< the file holds something worth keeping
};

RecordVerdict verdict_of(const media::RecordEnded& ended);

/// Times out of Graph's 1 to 120 s are taken as the nearest allowed one, as are stop tones past the
/// recorder's limits left out: requests were checked long before.
media::RecorderOptions recorder_options(const model::RecordOptions& options);

/// Why an operation ended before it came to record.
struct Unrecorded {
  model::Outcome outcome;
  model::RecordCompletionReason reason;
};

media::Key key_of(model::Tone tone);
model::Tone tone_of(media::Key key);

}  // namespace parley::bridge
