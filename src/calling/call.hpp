#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/deadline.hpp"
#include "base/result.hpp"
#include "calling/batch.hpp"
#include "calling/call_state.hpp"
#include "calling/media_queue.hpp"

namespace parley::calling {

/// Why a command is refused: the call is in a state that does not allow it, or a limit is reached.
/// `operations/api_error` maps it to HTTP.
struct Refusal {
  CallState state;
  std::span<const CallState> allowed;
  std::size_t limit = 0;  ///< not 0: so many operations wait already
};

enum class CallTimer { answer_window, establish_window, keep_alive };

struct AnswerCommand {
  std::optional<std::string> callback_uri;
  std::vector<model::PromptRef> prefetch;
};

/// One bot's end of a conversation, the Graph `call` resource, service-hosted: a bridge port
/// without a leg. Its conversation drives it; every change goes into the step's batch.
class Call {
 public:
  using Told = Result<model::OperationRecord, Refusal>;

  /// A new incoming call: kept, and told to its bot.
  Call(Step& step, model::CallRecord record, PortId port);

  CallId id() const { return record_.id; }
  CallState state() const { return record_.state; }
  bool is_over() const { return state() == CallState::terminated; }
  PortId port() const { return port_; }
  const model::CallRecord& record() const { return record_; }
  bool is_muted() const { return muted_; }
  std::optional<model::MediaState> audio() const { return audio_; }
  const std::map<OperationId, Operation>& operations() const { return queue_.operations(); }
  std::optional<Deadline<CallTimer>> next_deadline() const;

  // ---- what its bot asks for ----

  Result<void, Refusal> answer(Step& step, AnswerCommand command);
  Result<void, Refusal> keep_alive(Step& step);
  Told mute(Step& step, const OperationRequest& request, bool muted);
  Told play(Step& step, const OperationRequest& request, model::PlayOptions options);
  Told record_audio(Step& step, const OperationRequest& request, model::RecordOptions options);
  Told subscribe_to_tone(Step& step, const OperationRequest& request);
  Told cancel_media(Step& step, const OperationRequest& request);

  // ---- what its conversation tells it ----

  void establish(Step& step);
  /// Whether the caller's media flows; told when it changes.
  void audio_changed(Step& step, model::MediaState audio);
  void key_pressed(Step& step, model::Tone key);
  void recording_began(Step& step, OperationId id);
  void operation_ended(Step& step, OperationId id, const OperationResult& result);
  /// Ends it with the outcome told to the bot; `why` goes into the timeline.
  void end(Step& step, const model::Outcome& outcome, std::string_view why);
  /// Ends an incoming call that its bot refused.
  void end_rejected(Step& step, const std::string& callback_uri);

 private:
  /// The one setter of the state: checks the transition, keeps the row, notes the reason.
  void set_state(Step& step, CallState state, std::string_view reason);
  void keep(Step& step) { step.batch.rows.emplace_back(model::Row(record_)); }
  Result<void, Refusal> require(std::span<const CallState> allowed) const;
  Result<void, Refusal> require_turn(const Step& step) const;
  void notify(Step& step, model::Notice notice);
  void notify_of(Step& step, model::NoticeKind kind, const Operation& operation);
  model::Notice notice(model::NoticeKind kind) const;

  Operation new_operation(Step& step, const OperationRequest& request,
                          model::OperationKind kind) const;
  Told start(Step& step, Operation operation);
  Told complete_at_once(Step& step, const OperationRequest& request, model::OperationKind kind);
  void settle(Step& step, Operation& operation, const OperationResult& result);
  void cancel_queue(Step& step);
  void close_operations(Step& step);

  model::CallRecord record_;
  PortId port_;
  std::map<CallTimer, Instant> timers_;
  MediaQueue queue_;
  bool muted_ = false;
  bool wants_tones_ = false;
  std::optional<model::MediaState> audio_;
  std::int64_t next_tone_ = 1;
};

}  // namespace parley::calling
