#include <algorithm>
#include <utility>

#include "platform/shard_parts.hpp"
#include "wire/wav.hpp"

namespace parley::platform {
namespace {

std::string recording_file(OperationId operation) {
  return to_text(operation) + ".wav";
}

/// A message about a body quotes what it found there, which may be anything, also a secret.
std::string without_quoted(std::string message) {
  const auto first = message.find('"');
  if (first == std::string::npos) return message;
  return message.replace(first, message.rfind('"') + 1 - first, "[quoted]");
}

/// What the timeline tells of an answer: `answered 409 invalidCallState: The call is …`.
std::string answer_text(const Result<operations::Reply, operations::ApiError>& result) {
  if (result) return "answered " + std::to_string(result->status);
  const operations::ApiError& error = result.error();
  return "answered " + std::to_string(error.status) + " " + error.code + ": " +
         without_quoted(error.message);
}

}  // namespace

void ShardParts::finish_batch(const Now& now, LiveConversation& live, calling::Batch batch,
                              std::vector<HeldEffect> held) {
  for (calling::GatedEffect& effect : batch.gated) {
    if (auto* notify = std::get_if<calling::NotifyBot>(&effect)) {
      if (notify->sequence != 0)
        batch.rows.emplace_back(model::Row(notify::record_of(*notify, now.utc)));
      held.emplace_back(std::move(*notify));
    } else {
      held.emplace_back(std::move(std::get<calling::TellEndpoint>(effect)));
    }
  }
  note(now, batch.timeline, batch.request);
  std::optional<BatchId> awaited;
  if (!batch.rows.empty()) {
    awaited = commit(std::move(batch.rows));
    commits_.emplace(*awaited, live.calling->id());
  }
  live.gate.add(awaited, std::move(held));

  for (const model::BridgeCommand& command : batch.bridge)
    live.media.execute(now, command, next_job_);
  for (const auto& [call, acted] : batch.closed_incoming) outbox_.close_incoming(now, call, acted);
  release(now, live);
}

void ShardParts::step(const Now& now, LiveConversation& live, const Transition& transition) {
  std::vector<HeldEffect> first;
  calling::Batch batch;
  calling::Step step{now, context_.random, options_.calling, batch};
  const bool was_over = live.calling && live.calling->is_over();
  transition(step, first);
  if (!was_over && live.calling->is_over()) {
    end_recordings(now, live, batch);
    first.emplace_back(CallForgotten{live.calling->call().id()});
  }
  finish_batch(now, live, std::move(batch), std::move(first));
}

void ShardParts::end_recordings(const Now& now, LiveConversation& live, calling::Batch& batch) {
  for (auto& [operation, record] : live.recordings) {
    record.complete = true;
    record.expires = now.utc + std::chrono::duration_cast<std::chrono::milliseconds>(
                                   options_.recording_retention);
    batch.rows.emplace_back(model::Row(record));
  }
}

void ShardParts::release(const Now& now, LiveConversation& live) {
  const bool is_over = live.calling->is_over();
  for (HeldEffect& effect : live.gate.release()) release_one(now, effect, is_over);
}

void ShardParts::release_one(const Now& now, HeldEffect& effect, bool is_over) {
  if (auto* answer = std::get_if<HttpAnswer>(&effect)) {
    events.emplace_back(std::move(*answer));
  } else if (auto* notify = std::get_if<calling::NotifyBot>(&effect)) {
    auto record = notify::record_of(*notify, now.utc);
    if (is_over && notify->notice.kind == model::NoticeKind::incoming_call) {
      model::RowChanges rows;
      set_aside(now, std::move(record), "the call was over before it could be told", rows);
      commit(std::move(rows));
      return;
    }
    const CallId call = record.call_id;
    outbox_.add(now, {std::move(record), std::move(notify->notice), ""});
    // Nothing will end the lane of a call that is gone.
    if (!calls_.contains(call)) outbox_.close_call(now, call);
  } else if (auto* told = std::get_if<calling::TellEndpoint>(&effect)) {
    tell(*told);
  } else {
    events.emplace_back(std::get<CallForgotten>(effect));
  }
}

void ShardParts::keep_recording(const Now& now, LiveConversation& live,
                                const model::BridgeEvent& event, calling::Batch& batch) {
  if (const auto* began = std::get_if<model::RecordBegan>(&event)) {
    const model::CallRecord& call = live.calling->call().record();
    model::RecordingRecord record;
    record.operation_id = began->operation;
    record.call_id = call.id;
    record.tenant_id = call.tenant_id;
    record.application_id = call.application_id;
    record.file_name = recording_file(began->operation);
    record.created = now.utc;
    live.recordings.emplace(began->operation, record);
    batch.rows.emplace_back(model::Row(record));
  }
  if (const auto* ended = std::get_if<model::RecordEnded>(&event)) {
    const auto found = live.recordings.find(ended->operation);
    if (found == live.recordings.end() || !ended->has_audio) return;
    found->second.complete = true;
    batch.rows.emplace_back(model::Row(found->second));
  }
}

void ShardParts::append_recording(LiveConversation& live, bridge::RecordingAppend& append) {
  if (live.broken_recordings.contains(append.operation)) return;
  if (const auto found = live.recordings.find(append.operation); found != live.recordings.end()) {
    model::RecordingRecord& record = found->second;
    record.bytes += append.bytes.size();
    // The end of its call was kept before the bridge gave the last of it.
    if (record.complete) commit({model::Row(record)});
  }
  events.emplace_back(AppendRecording{recording_file(append.operation), std::move(append.bytes),
                                      append.operation, options_.index});
}

void ShardParts::handle_bridge_output(const Now& now, LiveConversation& live,
                                      bridge::BridgeOutput& output) {
  if (auto* append = std::get_if<bridge::RecordingAppend>(&output)) {
    append_recording(live, *append);
  } else if (auto* header = std::get_if<bridge::RecordingHeader>(&output)) {
    events.emplace_back(
        FinishRecording{recording_file(header->operation), std::move(header->bytes)});
  } else if (const auto* discarded = std::get_if<bridge::RecordingDiscarded>(&output)) {
    events.emplace_back(DeleteRecording{recording_file(discarded->operation)});
    live.recordings.erase(discarded->operation);
    commit({model::EraseRow(model::Erase<model::RecordingRecord>{discarded->operation})});
  } else {
    const auto& event = std::get<model::BridgeEvent>(output);
    step(now, live, [&](calling::Step& step, auto&) {
      keep_recording(now, live, event, step.batch);
      live.calling->handle_bridge_event(step, event);
    });
  }
}

// What was written is kept; the rest of the call goes on.
void ShardParts::handle(const Now& now, RecordingBroken& broken) {
  const auto found = std::ranges::find_if(conversations_, [&broken](const auto& entry) {
    return entry.second->recordings.contains(broken.operation);
  });
  if (found == conversations_.end()) return;
  LiveConversation& live = *found->second;
  model::RecordingRecord& record = live.recordings.at(broken.operation);
  record.bytes = broken.bytes;
  live.broken_recordings.insert(broken.operation);
  note(now, {{record.call_id, "recording broken off", broken.why}}, "");
  if (record.complete) {  // its end was told before the disk refused the last of it
    commit({model::Row(record)});
    return;
  }
  const bool has_audio = broken.bytes > wire::kWavHeaderSize;
  live.bridge.stop(now, broken.operation, has_audio);
  const model::BridgeEvent ended =
      model::RecordEnded{broken.operation,
                         {500, 0, "The recording could not be written: " + broken.why},
                         model::RecordCompletionReason::unspecified_error,
                         has_audio};
  step(now, live, [&](calling::Step& step, auto&) {
    keep_recording(now, live, ended, step.batch);
    live.calling->handle_bridge_event(step, ended);
  });
  drain(now, found->first, live);
}

void ShardParts::drain(const Now& now, ConversationId id, LiveConversation& live) {
  while (auto output = live.bridge.poll_event()) handle_bridge_output(now, live, *output);
  while (const auto event = live.media.poll_event())
    step(now, live,
         [&](calling::Step& step, auto&) { live.calling->handle_bridge_event(step, *event); });
  while (auto output = live.bridge.poll_event()) handle_bridge_output(now, live, *output);
  while (auto wanted = live.media.poll_wanted()) {
    wanted->from = options_.index;
    prompt_jobs_.emplace(wanted->job, id);
    events.emplace_back(ToShard{0, std::move(*wanted)});
  }
  while (auto transmit = live.bridge.poll_transmit()) send_out(std::move(*transmit));
  if (!live.relays.empty()) end_relays(live);
  std::optional<Instant> next;
  if (const auto deadline = live.calling->next_deadline()) next = deadline->at;
  if (const auto deadline = live.bridge.next_deadline())
    next = soonest(next, std::optional(deadline->at));
  conversation_deadlines_.set(id, next);
  remove_if_over(id);
}

void ShardParts::remove_if_over(ConversationId id) {
  const auto found = conversations_.find(id);
  if (found == conversations_.end()) return;
  LiveConversation& live = *found->second;
  if (!live.calling->is_over() || !live.gate.empty()) return;
  calls_.erase(live.calling->call().id());
  demux_.remove(id);
  conversation_deadlines_.set(id, std::nullopt);
  conversations_.erase(found);
}

// ---- inputs that are about one conversation ----

void ShardParts::handle(const Now& now, ApiRequest& request) {
  const CallId call_id{request.request.ids.at(0)};
  const auto found = calls_.find(call_id);
  LiveConversation* live = found == calls_.end() ? nullptr : conversations_.at(found->second).get();
  calling::Call* call = live ? live->calling->find_call(call_id) : nullptr;
  const identity::Principal& principal = request.request.principal;
  const bool is_owner = call && call->record().tenant_id == principal.tenant &&
                        call->record().application_id == principal.application;
  if (call && !is_owner) {
    context_.log.write(LogLevel::warning, "stranger_refused",
                       {{"call", to_text(call_id)},
                        {"application", to_text(principal.application)},
                        {"operation", std::string(request.row->name)},
                        {"request", to_text(request.id)}});
  }
  if (!is_owner || call->is_over()) {
    events.emplace_back(api_answer(now, request, Failure{operations::call_not_found()}, ""));
    return;
  }
  const identity::RoleSet roles = directory_->roles(principal.tenant, principal.application);
  const std::string chain = to_text(call->record().chain_id);
  step(now, *live, [&](calling::Step& step, std::vector<HeldEffect>& first) {
    step.batch.request = to_text(request.id);
    operations::CallContext context{step, *live->calling, *call, options_.api, is_overloaded_};
    auto result = operations::run(*request.row, context, request.request, roles);
    step.batch.timeline.push_back(
        {call_id, "request " + std::string(request.row->name), answer_text(result)});
    first.emplace_back(api_answer(now, request, std::move(result), chain));
  });
  drain(now, live->calling->id(), *live);
}

HttpAnswer ShardParts::api_answer(const Now& now, const ApiRequest& request,
                                  Result<operations::Reply, operations::ApiError> result,
                                  std::string_view scenario_id) const {
  return {request.id, finish_reply(now, request.id, request.client_request_id,
                                   request.scenario_id.empty() ? scenario_id : request.scenario_id,
                                   std::move(result))};
}

void ShardParts::handle(const Now& now, PromptReady& ready) {
  const auto job = prompt_jobs_.find(ready.job);
  if (job == prompt_jobs_.end()) return;
  const ConversationId id = job->second;
  prompt_jobs_.erase(job);
  const auto found = conversations_.find(id);
  if (found == conversations_.end()) return;
  found->second->media.handle_input(now, ready);
  drain(now, id, *found->second);
}

void ShardParts::handle(const Now& now, EndCalls&) {
  std::vector<ConversationId> ids;  // a conversation may go while it is drained
  for (const auto& [id, live] : conversations_) ids.push_back(id);
  for (const ConversationId id : ids) {
    LiveConversation& live = *conversations_.at(id);
    step(now, live, [&](calling::Step& step, auto&) { live.calling->platform_stopped(step); });
    drain(now, id, live);
  }
}

void ShardParts::handle_datagram(const Now& now, const SocketAddress& local,
                                 const SocketAddress& remote, MutableByteView datagram) {
  const auto id = demux_.find(local, remote, datagram);
  const auto found = id ? conversations_.find(*id) : conversations_.end();
  if (found == conversations_.end()) {
    if (id && relayed_.contains(*id)) return relay(*id, local, remote, datagram);
    ++context_.counters.counter("datagrams_dropped_total{reason=\"unknown\"}");
    return;
  }
  LiveConversation& live = *found->second;
  const bool is_check = wire::demux(datagram) == wire::DatagramKind::stun;
  live.bridge.receive(now, local, remote, datagram);
  if (is_check && live.bridge.listens_to(local, remote)) learn_pair(local, remote, *id);
  drain(now, *id, live);
}

// What a relayed leg listens to is known on its shard only: it keeps its pairs until it is over.
void ShardParts::learn_pair(const SocketAddress& local, const SocketAddress& remote,
                            ConversationId id) {
  demux_.learn(local, remote, id, [&](ConversationId holder) {
    const auto found = conversations_.find(holder);
    if (found == conversations_.end()) return relayed_.contains(holder);
    return found->second->bridge.listens_to(local, remote);
  });
}

}  // namespace parley::platform
