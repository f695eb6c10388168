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
  note(now, outbox_.take_timeline(), "");
  if (auto rows = outbox_.take_rows(); !rows.empty()) commit(std::move(rows));
}

void ShardParts::handle(const Now& now, WebhookAnswered& answered) {
  outbox_.attempt_finished(now, answered.attempt, answered.result);
}

void ShardParts::set_aside(const Now& now, model::NotificationRecord record, std::string why,
                           model::RowChanges& rows) {
  note(now,
       {{record.call_id, "notification set aside",
         "#" + std::to_string(record.sequence) + ", " + why}},
       "");
  record.status = model::NotificationStatus::set_aside;
  record.settled = now.utc;
  record.last_error = std::move(why);
  rows.emplace_back(model::Row(std::move(record)));
}

}  // namespace parley::platform
