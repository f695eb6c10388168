#include "calling/operation.hpp"

namespace parley::calling {

OperationResult cancelled_result(model::OperationKind kind) {
  OperationResult result{.status = model::OperationStatus::failed,
                         .outcome = {400, 8508, "The operation was cancelled."},
                         .reason = {},
                         .has_recording = false};
  if (kind == model::OperationKind::record)
    result.reason = model::RecordCompletionReason::operation_canceled;
  return result;
}

}  // namespace parley::calling
