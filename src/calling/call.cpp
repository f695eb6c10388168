#include "calling/call.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace parley::calling {
namespace {

using model::OperationKind;
using model::OperationStatus;

constexpr std::array kIncomingOnly{CallState::incoming};
constexpr std::array kAlive{CallState::incoming, CallState::establishing, CallState::ringing,
                            CallState::established, CallState::hold};

}  // namespace

Call::Call(Step& step, model::CallRecord record, PortId port)
    : record_(std::move(record)), port_(port), queue_(port) {
  assert(record_.state == CallState::incoming);
  timers_[CallTimer::answer_window] = step.now + step.options.answer_window;
  timers_[CallTimer::keep_alive] = step.now + step.options.keep_alive_window;
  step.batch.timeline.push_back(
      {id(), "incoming", "from " + to_text(record_.source_participant_id)});
  notify(step, notice(model::NoticeKind::incoming_call));
}

std::optional<Deadline<CallTimer>> Call::next_deadline() const {
  std::optional<Deadline<CallTimer>> next;
  for (const auto& [timer, at] : timers_) next = soonest(next, std::optional(Deadline{at, timer}));
  return next;
}

Result<void, Refusal> Call::require(std::span<const CallState> allowed) const {
  if (std::find(allowed.begin(), allowed.end(), state()) != allowed.end()) return {};
  return Failure{Refusal{state(), allowed, 0}};
}

/// That one more operation may play or record.
Result<void, Refusal> Call::require_turn(const Step& step) const {
  if (const auto allowed = require(media_states()); !allowed) return allowed;
  const std::size_t limit = step.options.max_waiting_media;
  if (queue_.waiting() >= limit) return Failure{Refusal{state(), {}, limit}};
  return {};
}

void Call::set_state(Step& step, CallState state, std::string_view reason) {
  assert(is_lawful(record_.state, state));
  record_.state = state;
  if (state == CallState::established) record_.established = step.now.utc;
  if (state == CallState::terminated) {
    record_.ended = step.now.utc;
    timers_.clear();
  }
  step.batch.timeline.push_back({id(), std::string(model::enum_name(state)), std::string(reason)});
}

model::Notice Call::notice(model::NoticeKind kind) const {
  return {.kind = kind,
          .dialect = record_.dialect,
          .call = record_,
          .audio = {},
          .tone = {},
          .tone_sequence = 0,
          .operation = {},
          .has_recording = false};
}

void Call::notify(Step& step, model::Notice notice) {
  const bool durable = notice.kind != model::NoticeKind::tone;
  const std::uint32_t sequence = durable ? record_.next_sequence++ : 0;
  step.batch.gated.emplace_back(
      NotifyBot{step.new_id<NotificationId>(), sequence, std::move(notice)});
  if (durable) keep(step);
}

void Call::notify_of(Step& step, model::NoticeKind kind, const Operation& operation) {
  model::Notice told = notice(kind);
  told.dialect = operation.record.dialect;
  told.operation = operation.record;
  told.has_recording = operation.has_recording;
  notify(step, std::move(told));
}

Result<void, Refusal> Call::answer(Step& step, AnswerCommand command) {
  if (const auto allowed = require(kIncomingOnly); !allowed) return allowed;
  if (command.callback_uri) record_.callback_uri = std::move(*command.callback_uri);
  timers_.erase(CallTimer::answer_window);
  timers_[CallTimer::establish_window] = step.now + step.options.establish_window;
  step.batch.closed_incoming.push_back({id(), true});
  set_state(step, CallState::establishing, "answered by the bot");
  notify(step, notice(model::NoticeKind::call_updated));
  if (!command.prefetch.empty())
    step.batch.bridge.push_back(model::PrefetchPrompts{std::move(command.prefetch)});
  return {};
}

void Call::establish(Step& step) {
  timers_.erase(CallTimer::establish_window);
  set_state(step, CallState::established, "answered, and media is connected");
  notify(step, notice(model::NoticeKind::call_updated));
}

void Call::audio_changed(Step& step, model::MediaState audio) {
  if (state() != CallState::established || audio_ == audio) return;
  audio_ = audio;
  model::Notice update = notice(model::NoticeKind::call_updated);
  update.audio = audio_;
  step.batch.timeline.push_back({id(), "audio " + std::string(model::enum_name(audio)),
                                 audio == model::MediaState::active
                                     ? "media packets come"
                                     : "no media packet came for some time"});
  notify(step, std::move(update));
}

void Call::key_pressed(Step& step, model::Tone key) {
  if (state() != CallState::established || !wants_tones_) return;
  model::Notice told = notice(model::NoticeKind::tone);
  told.tone = key;
  told.tone_sequence = next_tone_++;
  notify(step, std::move(told));
}

Result<void, Refusal> Call::keep_alive(Step& step) {
  if (const auto allowed = require(kAlive); !allowed) return allowed;
  timers_[CallTimer::keep_alive] = step.now + step.options.keep_alive_window;
  return {};
}

Operation Call::new_operation(Step& step, const OperationRequest& request,
                              OperationKind kind) const {
  Operation operation;
  operation.record.id = step.new_id<OperationId>();
  operation.record.call_id = id();
  operation.record.kind = kind;
  operation.record.dialect = request.dialect;
  operation.record.client_context = request.client_context;
  operation.record.created = step.now.utc;
  return operation;
}

Call::Told Call::start(Step& step, Operation operation) {
  const model::OperationRecord record = operation.record;
  step.batch.rows.emplace_back(model::Row(record));
  step.batch.timeline.push_back(
      {id(), std::string(model::enum_name(record.kind)), "operation " + to_text(record.id)});
  queue_.add(step, std::move(operation));
  queue_.forget_ended(step.options.max_operations);
  return record;
}

Call::Told Call::complete_at_once(Step& step, const OperationRequest& request, OperationKind kind) {
  Operation operation = new_operation(step, request, kind);
  operation.record.status = OperationStatus::completed;
  operation.record.completed = step.now.utc;
  operation.record.code = 200;
  const Told told = start(step, operation);
  // 2019 tells the completion also of what its answer (a bare Location) could not.
  const bool told_in_answer = request.dialect != model::Dialect::app_2019 ||
                              kind == OperationKind::mute || kind == OperationKind::unmute;
  if (!told_in_answer) notify_of(step, model::NoticeKind::operation_ended, operation);
  return told;
}

Call::Told Call::mute(Step& step, const OperationRequest& request, bool muted) {
  if (const auto allowed = require(media_states()); !allowed) return Failure{allowed.error()};
  muted_ = muted;
  step.batch.bridge.push_back(model::MutePort{port_, muted});
  return complete_at_once(step, request, muted ? OperationKind::mute : OperationKind::unmute);
}

Call::Told Call::play(Step& step, const OperationRequest& request, model::PlayOptions options) {
  if (const auto allowed = require_turn(step); !allowed) return Failure{allowed.error()};
  Operation operation = new_operation(step, request, OperationKind::play_prompt);
  operation.work = std::move(options);
  return start(step, std::move(operation));
}

Call::Told Call::record_audio(Step& step, const OperationRequest& request,
                              model::RecordOptions options) {
  if (const auto allowed = require(media_states()); !allowed) return Failure{allowed.error()};
  if (options.barge_in_allowed) cancel_queue(step);
  if (const auto allowed = require_turn(step); !allowed) return Failure{allowed.error()};
  Operation operation = new_operation(step, request, OperationKind::record);
  operation.work = std::move(options);
  return start(step, std::move(operation));
}

Call::Told Call::subscribe_to_tone(Step& step, const OperationRequest& request) {
  if (const auto allowed = require(media_states()); !allowed) return Failure{allowed.error()};
  wants_tones_ = true;
  return complete_at_once(step, request, OperationKind::subscribe_to_tone);
}

Call::Told Call::cancel_media(Step& step, const OperationRequest& request) {
  if (const auto allowed = require(media_states()); !allowed) return Failure{allowed.error()};
  cancel_queue(step);
  return complete_at_once(step, request, OperationKind::cancel_media_processing);
}

void Call::cancel_queue(Step& step) {
  for (const OperationId cancelled : queue_.cancel_all(step)) {
    Operation& operation = *queue_.find(cancelled);
    settle(step, operation, cancelled_result(operation.record.kind));
  }
}

void Call::recording_began(Step& step, OperationId operation) {
  Operation* found = queue_.find(operation);
  if (!found) return;
  found->has_recording = true;
  const auto* options = std::get_if<model::RecordOptions>(&found->work);
  if (options && options->tell_beginning)
    notify_of(step, model::NoticeKind::operation_updated, *found);
}

void Call::operation_ended(Step& step, OperationId operation, const OperationResult& result) {
  Operation* found = queue_.find(operation);
  if (!found || !found->is_open()) return;
  settle(step, *found, result);
  queue_.remove(step, operation);
}

void Call::settle(Step& step, Operation& operation, const OperationResult& result) {
  model::OperationRecord& record = operation.record;
  record.status = result.status;
  record.completed = step.now.utc;
  record.code = result.outcome.code;
  record.subcode = result.outcome.subcode;
  record.message = result.outcome.message;
  record.completion_reason = result.reason;
  operation.has_recording = result.has_recording;
  operation.work = std::monostate{};
  step.batch.rows.emplace_back(model::Row(record));
  step.batch.timeline.push_back({id(), std::string(model::enum_name(record.kind)) + " ended",
                                 to_text(record.id) + " " + std::to_string(record.code) + "/" +
                                     std::to_string(record.subcode) + " " + record.message});
  notify_of(step, model::NoticeKind::operation_ended, operation);
}

void Call::close_operations(Step& step) {
  for (const OperationId operation_id : queue_.in_order()) {
    Operation& operation = *queue_.find(operation_id);
    if (!operation.is_open()) continue;
    OperationResult result = cancelled_result(operation.record.kind);
    if (operation.has_recording) {
      result = {.status = OperationStatus::completed,
                .outcome = {200, 0, "The call ended while it was recording."},
                .reason = model::RecordCompletionReason::media_receive_timeout,
                .has_recording = true};
      step.batch.bridge.push_back(model::StopOperation{operation_id, true});
    }
    settle(step, operation, result);
  }
}

void Call::end(Step& step, const model::Outcome& outcome, std::string_view why) {
  const bool was_incoming = state() == CallState::incoming;
  if (was_incoming) step.batch.closed_incoming.push_back({id(), false});
  close_operations(step);
  if (!was_incoming) {
    set_state(step, CallState::terminating, why);
    notify(step, notice(model::NoticeKind::call_updated));
  }
  record_.code = outcome.code;
  record_.subcode = outcome.subcode;
  record_.message = outcome.message;
  set_state(step, CallState::terminated, why);
  notify(step, notice(model::NoticeKind::call_ended));
}

void Call::end_rejected(Step& step, const std::string& callback_uri) {
  if (!callback_uri.empty()) record_.callback_uri = callback_uri;
  step.batch.closed_incoming.push_back({id(), true});
  set_state(step, CallState::terminated, "rejected by the bot");
  notify(step, notice(model::NoticeKind::call_rejected));
}

}  // namespace parley::calling
