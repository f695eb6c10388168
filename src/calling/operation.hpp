#pragma once

#include <variant>

#include "model/call_values.hpp"
#include "model/records.hpp"

namespace parley::calling {

/// How a play or record operation ended.
struct OperationResult {
  model::OperationStatus status = model::OperationStatus::completed;
  model::Outcome outcome;
  model::CompletionReason reason = model::CompletionReason::none;
  /// It left a recording that the bot may fetch.
  bool has_recording = false;
};

/// The result of whatever was cancelled: Graph's 400/8508.
OperationResult cancelled_result();

/// One asynchronous act of a bot, with what it is to do while it waits for its turn.
struct Operation {
  model::OperationRecord record;
  std::variant<std::monostate, model::PlayOptions, model::RecordOptions> work;
  /// A record operation that already holds audio: it completes when the call ends, others fail.
  bool is_recording = false;
};

}  // namespace parley::calling
