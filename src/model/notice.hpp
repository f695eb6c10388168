#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/call_types.hpp"
#include "model/call_values.hpp"
#include "model/dialect.hpp"
#include "model/ids.hpp"
#include "model/records.hpp"

namespace parley::model {

/// What a notification says. `notify/render` turns it into Graph's JSON at each attempt, in the dialect
/// that stands here, so that the outbox row holds no JSON of Graph and no recording token.
enum class NoticeKind : std::uint8_t {
  incoming_call,    ///< created, the whole call
  call_updated,     ///< updated: state, or mediaState
  tone,             ///< updated with toneInfo; never written to disk or logs
  call_ended,       ///< deleted, terminated with resultInfo
  call_rejected,    ///< deleted without a state
  operation_ended,  ///< deleted on the operation's path
};

struct Notice {
  NoticeKind kind = NoticeKind::call_updated;
  Dialect dialect = Dialect::v1_0;
  /// The call as it was when this happened.
  CallRecord call;
  /// `call_updated` only: whether the caller's audio flows.
  std::optional<MediaState> audio;
  std::optional<Key> tone;
  /// Graph's `toneInfo.sequenceId`, from 1.
  std::int64_t tone_sequence = 0;
  std::optional<OperationRecord> operation;
  /// The operation left a recording that can be fetched.
  bool has_recording = false;
};

}  // namespace parley::model
