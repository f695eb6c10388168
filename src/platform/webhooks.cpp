#include <utility>

#include "platform/shard_parts.hpp"

namespace parley::platform {

void ShardParts::drain_outbox(const Now& now) {
  while (auto output = outbox_.poll_output()) {
    if (const auto* unwanted = std::get_if<notify::AttemptUnwanted>(&*output)) {
      events.emplace_back(CancelWebhook{unwanted->id});
      continue;
    }
    auto& wanted = std::get<notify::AttemptWanted>(*output);
    const identity::TokenContext context{options_.identity, *directory_, now.utc};
    auto request = notify::render(wanted.entry, context, webhook_tokens_);
    if (!request) {
      outbox_.attempt_finished(now, wanted.id, {0, "the platform has no key to sign with", ""});
      continue;
    }
    events.emplace_back(
        SendWebhook{wanted.id, std::move(*request), options_.webhooks.attempt_timeout});
  }
  auto rows = outbox_.take_rows();
  note(now, outbox_.take_timeline(), "", rows);
  commit_ungated(std::move(rows));
}

void ShardParts::handle(const Now& now, WebhookAnswered& answered) {
  outbox_.attempt_finished(now, answered.attempt, answered.result);
}

void ShardParts::set_aside(const Now& now, model::NotificationRecord record,
                           std::vector<model::RowChange>& rows) {
  record.status = model::NotificationStatus::set_aside;
  record.settled = now.utc;
  record.last_error = "the call was over before it could be told";
  rows.emplace_back(model::Row(std::move(record)));
}

void ShardParts::recover(const Now& now, model::RecoveryRecords records) {
  std::vector<model::RowChange> rows;
  for (model::NotificationRecord& row : records.notifications) {
    auto notice = model::read_notice(row.payload);
    if (!notice) continue;
    if (notice->kind == model::NoticeKind::incoming_call) {
      // The call is over: its window ended with the process.
      set_aside(now, std::move(row), rows);
    } else {
      outbox_.add(now, {std::move(row), std::move(*notice), ""});
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
    note(now, batch.timeline, "", rows);
    for (calling::GatedEffect& effect : batch.gated) {
      auto& notify = std::get<calling::NotifyBot>(effect);
      rows.emplace_back(model::Row(notify::record_of(notify, now.utc)));
      held.emplace_back(std::move(notify));
    }
  }
  if (rows.empty()) return;
  const BatchId batch{next_batch_++};
  recovery_gate_.add(batch, std::move(held));
  commit_rows(batch, std::move(rows));
  drain_outbox(now);
}

}  // namespace parley::platform
