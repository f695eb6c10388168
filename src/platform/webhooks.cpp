#include <algorithm>
#include <utility>

#include "platform/api_gateway.hpp"
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
    events.emplace_back(SendWebhook{wanted.id, std::move(*request),
                                    options_.webhooks.attempt_timeout,
                                    wanted.entry.record.application_id});
  }
  note(now, outbox_.take_timeline(), "");
  for (model::RowChange& row : outbox_.take_rows()) {
    if (settled_.is_full()) commit({});
    settled_.add(now, std::move(row));
  }
}

void ShardParts::handle(const Now& now, WebhookAnswered& answered) {
  outbox_.attempt_finished(now, answered.attempt, answered.result);
}

void ShardParts::handle(const Now& now, SettleNotification& settle) {
  const model::NotificationRecord& record = settle.record;
  const auto answer = [&](Result<operations::Reply, operations::ApiError> result) {
    return HttpAnswer{
        settle.id, finish_reply(now, settle.id, settle.client_request_id, "", std::move(result))};
  };
  auto again = check_settling(settle);
  if (!again) {
    events.emplace_back(answer(Failure{again.error()}));
    return;
  }
  std::vector<HeldEffect> held;
  model::RowChanges rows;
  const bool replayed = again->has_value();
  if (replayed) {
    rows.emplace_back(model::Row(notify::record_of(**again, now.utc)));
    held.emplace_back(std::move(**again));
  } else {
    rows.emplace_back(model::EraseRow(model::Erase<model::NotificationRecord>{record.id}));
  }
  note(now,
       {{record.call_id, replayed ? "notification replayed" : "notification discarded",
         "#" + std::to_string(record.sequence)}},
       to_text(settle.id));
  held.emplace_back(answer(operations::Reply{.status = replayed ? 202 : 204}));
  const BatchId batch = commit(std::move(rows));
  settling_.emplace(batch, record.id);
  calls_gone_gate_.add(batch, std::move(held));
}

auto ShardParts::check_settling(const SettleNotification& settle) const
    -> Result<std::optional<calling::NotifyBot>, operations::ApiError> {
  namespace directory = operations::directory;
  const model::NotificationRecord& record = settle.record;
  // The row may have been read before another request for it was kept.
  const bool is_settling =
      std::ranges::any_of(settling_, [&](const auto& entry) { return entry.second == record.id; });
  if (is_settling || outbox_.holds(record.call_id, record.id))
    return Failure{directory::not_set_aside(record.id)};
  if (settle.act == directory::SettleSetAside::Act::discard)
    return std::optional<calling::NotifyBot>();
  auto notice = model::read_notice(record.payload);
  if (!notice) return Failure{directory::not_replayable(record.id, "its row is unreadable")};
  if (notice->kind == model::NoticeKind::incoming_call)
    return Failure{directory::not_replayable(record.id, "its call is over")};
  return std::optional(calling::NotifyBot{record.id, record.sequence, std::move(*notice)});
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
