#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "model/body_error.hpp"
#include "model/records.hpp"

namespace parley::model {

/// What a notification says. `notify/render` turns it into Graph's JSON at each attempt, in the
/// dialect that stands here, so that the outbox row holds no JSON of Graph and no recording token.
BOOST_DEFINE_ENUM_CLASS(NoticeKind,
                        incoming_call,      // created: the whole call
                        call_updated,       // updated: the state, or mediaState
                        tone,               // updated with toneInfo; never written to disk or logs
                        call_ended,         // deleted: terminated with resultInfo
                        call_rejected,      // deleted, without a state
                        operation_updated,  // updated, on the operation's path: it records
                        operation_ended     // deleted, on the operation's path
)

struct Notice {
  NoticeKind kind = NoticeKind::call_updated;
  Dialect dialect = Dialect::v1_0;
  CallRecord call;                  ///< as it was when this happened
  std::optional<MediaState> audio;  ///< `call_updated` only: whether the caller's audio flows
  std::optional<Tone> tone;
  std::int64_t tone_sequence = 0;  ///< Graph's `toneInfo.sequenceId`, from 1
  std::optional<OperationRecord> operation;
  bool has_recording = false;  ///< the operation has a recording that can be fetched
};
BOOST_DESCRIBE_STRUCT(Notice, (),
                      (kind, dialect, call, audio, tone, tone_sequence, operation, has_recording))

/// The outbox row's payload, and back. Reading fails on the row of another program only.
std::string write_notice(const Notice& notice);
Result<Notice, BodyError> read_notice(std::string_view payload);

}  // namespace parley::model
