#include <algorithm>
#include <utility>

#include "calling/conversation.hpp"

namespace parley::calling {
namespace {

void notify(Step& step, model::CallRecord& call, model::Notice notice) {
  const std::uint32_t sequence = call.next_sequence++;
  notice.call = call;
  step.batch.gated.emplace_back(
      NotifyBot{step.new_id<NotificationId>(), sequence, std::move(notice)});
}

}  // namespace

void end_after_restart(Step& step, model::CallRecord call,
                       const std::vector<model::OperationRecord>& open,
                       const std::vector<OperationId>& recorded) {
  for (model::OperationRecord operation : open) {
    const bool has_recording =
        std::find(recorded.begin(), recorded.end(), operation.id) != recorded.end();
    operation.status =
        has_recording ? model::OperationStatus::completed : model::OperationStatus::failed;
    operation.completed = step.now.utc;
    operation.code = has_recording ? 200 : 500;
    operation.subcode = has_recording ? 0 : 9998;
    operation.message = "The platform restarted.";
    if (operation.kind == model::OperationKind::record)
      operation.completion_reason = model::RecordCompletionReason::unspecified_error;
    step.batch.rows.emplace_back(model::Row(operation));
    model::Notice ended{.kind = model::NoticeKind::operation_ended,
                        .dialect = operation.dialect,
                        .call = {},
                        .audio = {},
                        .tone = {},
                        .tone_sequence = 0,
                        .operation = operation,
                        .has_recording = has_recording};
    notify(step, call, std::move(ended));
  }
  call.state = CallState::terminated;
  call.ended = step.now.utc;
  call.code = 500;
  call.subcode = 9998;
  call.message = "The platform restarted.";
  step.batch.timeline.push_back({call.id, "terminated", "the platform restarted"});
  notify(step, call,
         {.kind = model::NoticeKind::call_ended,
          .dialect = call.dialect,
          .call = {},
          .audio = {},
          .tone = {},
          .tone_sequence = 0,
          .operation = {},
          .has_recording = false});
  step.batch.rows.emplace_back(model::Row(call));
}

}  // namespace parley::calling
