#pragma once

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/deadline.hpp"
#include "base/result.hpp"
#include "calling/batch.hpp"
#include "calling/call_state.hpp"
#include "calling/operation.hpp"

namespace parley::calling {

/// Why a command is refused: the call is in a state that does not allow it. `operations/api_error` maps it
/// to HTTP.
struct Refusal {
  CallState state;
  std::span<const CallState> allowed;
};

enum class CallTimer { answer_window, establish_window, keep_alive };

struct AnswerCommand {
  std::optional<std::string> callback_uri;
  std::vector<model::PromptRef> prefetch;
};

/// How an operation was asked for: its client's context, and the dialect its completion is told in.
struct OperationRequest {
  std::optional<std::string> client_context;
  model::Dialect dialect = model::Dialect::v1_0;
};

/// One bot's end of a conversation, the Graph `call` resource, service-hosted: a bridge port without a
/// leg. The conversation drives it; every change goes into the step's batch.
class Call {
 public:
  Call(Step& step, model::CallRecord record, PortId port);

  CallId id() const { return record_.id; }
  CallState state() const { return record_.state; }
  PortId port() const { return port_; }
  const model::CallRecord& record() const { return record_; }
  bool is_muted() const { return muted_; }
  bool wants_tones() const { return wants_tones_; }
  const std::map<OperationId, Operation>& operations() const { return operations_; }
  std::optional<Deadline<CallTimer>> next_deadline() const;

  // ---- what its bot asks for ----

  Result<void, Refusal> answer(Step& step, AnswerCommand command);
  Result<void, Refusal> keep_alive(Step& step);
  Result<model::OperationRecord, Refusal> mute(Step& step, const OperationRequest& request, bool muted);
  Result<model::OperationRecord, Refusal> play(Step& step, const OperationRequest& request,
                                               model::PlayOptions options);
  Result<model::OperationRecord, Refusal> record_audio(Step& step, const OperationRequest& request,
                                                       model::RecordOptions options);
  Result<model::OperationRecord, Refusal> subscribe_to_tone(Step& step,
                                                            const OperationRequest& request);
  Result<model::OperationRecord, Refusal> cancel_media(Step& step, const OperationRequest& request);

  // ---- what its conversation tells it ----

  void tell_incoming(Step& step);
  void establish(Step& step);
  void media_started(Step& step);
  void key_pressed(Step& step, model::Key key);
  void operation_began_recording(OperationId id);
  void operation_ended(Step& step, OperationId id, const OperationResult& result);
  /// Ends it with the outcome told to the bot; `why` goes into the timeline.
  void end(Step& step, const model::Outcome& outcome, std::string_view why);
  void end_rejected(Step& step, std::string_view why);

 private:
  /// The one setter of the state: checks the transition, keeps the row, notes the reason.
  void set_state(Step& step, CallState state, std::string_view reason);
  void set_timer(CallTimer timer, std::optional<Instant> at);
  Result<void, Refusal> require(std::span<const CallState> allowed) const;

  void notify(Step& step, model::Notice notice);
  model::Notice notice(model::NoticeKind kind) const;

  Operation& add_operation(Step& step, const OperationRequest& request, model::OperationKind kind);
  model::OperationRecord complete_at_once(Step& step, const OperationRequest& request,
                                          model::OperationKind kind);
  void enqueue(Step& step, Operation& operation);
  void start_next(Step& step);
  void cancel_queue(Step& step);
  void finish(Step& step, Operation& operation, const OperationResult& result);
  void close_operations(Step& step);
  void leave(Step& step, const model::Outcome& outcome, std::string_view why);

  model::CallRecord record_;
  PortId port_;
  std::map<CallTimer, Instant> timers_;
  std::map<OperationId, Operation> operations_;
  /// Play and record operations in their order; the front one runs.
  std::deque<OperationId> media_queue_;
  bool muted_ = false;
  bool wants_tones_ = false;
  std::int64_t next_tone_ = 1;
};

}  // namespace parley::calling
