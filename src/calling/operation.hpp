#pragma once

#include <optional>
#include <variant>

#include "model/call_values.hpp"
#include "model/records.hpp"

namespace parley::calling {

/// How an operation was asked for: its client's context, and the dialect its completion is told in.
struct OperationRequest {
  std::optional<std::string> client_context;
  model::Dialect dialect = model::Dialect::v1_0;
};

/// How an operation ended.
struct OperationResult {
  model::OperationStatus status = model::OperationStatus::completed;
  model::Outcome outcome;
  std::optional<model::RecordCompletionReason> reason;
  /// It left a recording that the bot may fetch.
  bool has_recording = false;
};

/// The result of whatever was cancelled: Graph's 400/8508.
OperationResult cancelled_result(model::OperationKind kind);

/// One asynchronous act of a bot, with what it is to do while it waits for its turn.
struct Operation {
  model::OperationRecord record;
  std::variant<std::monostate, model::PlayOptions, model::RecordOptions> work;
  /// A record operation that holds sound: it completes when the call ends, others fail.
  bool has_recording = false;

  bool is_open() const { return !record.completed; }
};

}  // namespace parley::calling
