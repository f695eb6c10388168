#include <map>
#include <utility>

#include "platform/shard_parts.hpp"

namespace parley::platform {

void ShardParts::recover(const Now& now, model::RecoveryRecords records) {
  if (options_.index == 0) next_key_check_ = now.monotonic;
  model::RowChanges rows;
  std::map<CallId, model::CallState> broken_off;
  for (const model::CallRecord& call : records.calls) broken_off.emplace(call.id, call.state);
  for (model::NotificationRecord& row : records.notifications) {
    auto notice = model::read_notice(row.payload);
    if (!notice) {
      // Pending it would be read in vain at each start, and be kept for ever.
      set_aside(now, std::move(row), "its row is unreadable: " + notice.error().message(), rows);
    } else if (notice->kind == model::NoticeKind::incoming_call) {
      // The call is over. A bot that acted on it had been told.
      const auto call = broken_off.find(row.call_id);
      if (call != broken_off.end() && call->second != model::CallState::incoming) {
        row.status = model::NotificationStatus::taken;
        row.settled = now.utc;
        rows.emplace_back(model::Row(std::move(row)));
      } else {
        set_aside(now, std::move(row), "the platform restarted before it was known to be taken",
                  rows);
      }
    } else {
      const CallId call = row.call_id;
      outbox_.add(now, {std::move(row), std::move(*notice), ""});
      // Its last notification may have been taken before; that of the others follows.
      if (!broken_off.contains(call)) outbox_.close_call(now, call);
    }
  }
  std::vector<HeldEffect> held;
  std::vector<OperationId> recorded;
  for (model::RecordingRecord& recording : records.recordings) {
    if (recording.bytes > 0) recorded.push_back(recording.operation_id);
    if (recording.expires) continue;
    if (recording.bytes == 0) {
      rows.emplace_back(
          model::EraseRow(model::Erase<model::RecordingRecord>{recording.operation_id}));
      events.emplace_back(DeleteRecording{recording.file_name});
      continue;
    }
    recording.complete = true;
    recording.expires = now.utc + std::chrono::duration_cast<std::chrono::milliseconds>(
                                      options_.recording_retention);
    rows.emplace_back(model::Row(recording));
  }
  for (const model::CallRecord& call : records.calls) {
    calling::Batch batch;
    calling::Step step{now, context_.random, options_.calling, batch};
    std::vector<model::OperationRecord> open;
    for (const model::OperationRecord& operation : records.operations)
      if (operation.call_id == call.id) open.push_back(operation);
    calling::end_after_restart(step, call, open, recorded);
    rows.insert(rows.end(), batch.rows.begin(), batch.rows.end());
    note(now, batch.timeline, "");
    for (calling::GatedEffect& effect : batch.gated) {
      auto& notify = std::get<calling::NotifyBot>(effect);
      rows.emplace_back(model::Row(notify::record_of(notify, now.utc)));
      held.emplace_back(std::move(notify));
    }
  }
  if (rows.empty()) return;
  calls_gone_gate_.add(commit(std::move(rows)), std::move(held));
}

}  // namespace parley::platform
