#include <algorithm>
#include <boost/json/object.hpp>
#include <iterator>
#include <utility>

#include "model/describe.hpp"
#include "operations/api_error.hpp"
#include "platform/shard_parts.hpp"

/// What is kept, and what is told when it is or will never be.
namespace parley::platform {
namespace {

std::string header_of(const HttpAnswer& answer, std::string_view name) {
  const auto found = std::ranges::find(answer.reply.headers, name, [](const auto& header) {
    return std::string_view(header.first);
  });
  return found == answer.reply.headers.end() ? "" : found->second;
}

HttpAnswer not_kept(const Now& now, const HttpAnswer& answer, std::string why) {
  return {answer.request, finish_reply(now, answer.request, header_of(answer, "client-request-id"),
                                       header_of(answer, "scenario-id"),
                                       Failure{operations::unavailable(std::move(why))})};
}

}  // namespace

BatchId ShardParts::commit(model::RowChanges rows) {
  const BatchId batch{next_batch_++};
  model::RowChanges riders = settled_.take();
  if (!riders.empty() && !rows.empty()) riders_.emplace(batch, riders);
  // First, for they are older: the batch's own may be about the same notification.
  rows.insert(rows.begin(), std::make_move_iterator(riders.begin()),
              std::make_move_iterator(riders.end()));
  events.emplace_back(Commit{batch, std::move(rows), timeline_.take()});
  return batch;
}

/// Perhaps they were lost for another's fault: once more, alone.
void ShardParts::commit_riders_of(BatchId lost) {
  if (auto riders = riders_.extract(lost))
    events.emplace_back(Commit{BatchId{next_batch_++}, std::move(riders.mapped()), {}});
}

std::optional<Instant> ShardParts::rides_due() const {
  return soonest(settled_.due(), timeline_.due());
}

void ShardParts::handle(const Now&, KeepRemainder&) {
  if (rides_due()) commit({});
}

void ShardParts::note(const Now& now, const std::vector<calling::TimelineEntry>& entries,
                      const std::string& request) {
  for (const calling::TimelineEntry& entry : entries) {
    context_.log.write(LogLevel::info, "call",
                       {{"call", to_text(entry.call)},
                        {"what", entry.what},
                        {"detail", entry.detail},
                        {"request", request}});
    boost::json::object line;
    line["what"] = entry.what;
    if (!entry.detail.empty()) line["detail"] = entry.detail;
    if (!request.empty()) line["request"] = request;
    if (timeline_.is_full())
      ++context_.counters.counter("timeline_lines_dropped_total{reason=\"buffer_full\"}");
    else
      timeline_.add(now, {entry.call, now.utc, model::write_json(model::Json(std::move(line)))});
  }
}

void ShardParts::handle(const Now& now, Committed& committed) {
  riders_.erase(committed.batch);
  if (directory_committed(committed.batch)) return;
  calls_gone_gate_.committed(committed.batch);
  for (HeldEffect& effect : calls_gone_gate_.release()) release_one(now, effect);
  settling_.erase(committed.batch);
  LiveConversation* live = take_waiting(committed.batch);
  if (!live) return;
  live->gate.committed(committed.batch);
  release(now, *live);
  drain(now, live->calling->id(), *live);
}

// Nobody may hear of what is not kept, so the call can't go on. What the store knows of it is told
// after the next start.
void ShardParts::handle(const Now& now, CommitLost& lost) {
  ++context_.counters.counter("commits_lost_total");
  commit_riders_of(lost.batch);
  if (directory_lost(lost.batch)) return;
  lose_of_calls_gone(now, lost.batch);
  LiveConversation* live = take_waiting(lost.batch);
  if (!live) return;
  const bool was_over = live->calling->is_over();
  std::vector<HeldEffect> still_told;  // behind what waits for earlier commits
  for (HeldEffect& effect : live->gate.lose(lost.batch)) {
    if (const auto* answer = std::get_if<HttpAnswer>(&effect))
      events.emplace_back(
          not_kept(now, *answer, "What was asked for could not be stored, and the call is over"));
    else if (std::holds_alternative<CallForgotten>(effect) ||
             (was_over && std::holds_alternative<calling::TellEndpoint>(effect)))
      still_told.push_back(std::move(effect));
  }
  live->gate.add(std::nullopt, std::move(still_told));
  if (was_over)
    outbox_.close_call(now, live->calling->call().id());
  else
    step(now, *live, [&](calling::Step& step, auto&) { live->calling->not_kept(step); });
  release(now, *live);
  drain(now, live->calling->id(), *live);
}

void ShardParts::lose_of_calls_gone(const Now& now, BatchId batch) {
  for (HeldEffect& effect : calls_gone_gate_.lose(batch)) {
    if (const auto* answer = std::get_if<HttpAnswer>(&effect))
      events.emplace_back(not_kept(now, *answer, "What was asked for could not be stored"));
    else if (const auto* notify = std::get_if<calling::NotifyBot>(&effect))
      // The call's earlier ones are told as those of a call that is over: no other will follow.
      outbox_.close_call(now, notify->notice.call.id);
  }
  settling_.erase(batch);
}

LiveConversation* ShardParts::take_waiting(BatchId batch) {
  const auto found = commits_.find(batch);
  if (found == commits_.end()) return nullptr;
  const auto conversation = conversations_.find(found->second);
  commits_.erase(found);
  return conversation == conversations_.end() ? nullptr : conversation->second.get();
}

}  // namespace parley::platform
