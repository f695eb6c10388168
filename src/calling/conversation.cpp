#include "calling/conversation.hpp"

#include <utility>

namespace parley::calling {
namespace {

using model::EndReason;
using model::Outcome;

model::CallRecord new_call(Step& step, ConversationId conversation, const UserInvite& invite,
                           const CalledApplication& called) {
  model::CallRecord record;
  record.id = step.new_id<CallId>();
  record.chain_id = CallChainId{Uuid::random(step.random)};
  record.conversation_id = conversation;
  record.tenant_id = invite.tenant;
  record.application_id = called.application;
  record.application_display_name = called.display_name;
  record.my_participant_id = ParticipantId{Uuid::random(step.random)};
  record.source_participant_id = ParticipantId{Uuid::random(step.random)};
  record.source_user_id = invite.user;
  record.source_display_name = invite.display_name;
  record.source_hidden = called.hide_caller;
  record.dialect = called.dialect;
  record.callback_uri = called.callback_uri;
  record.created = step.now.utc;
  return record;
}

EndReason end_reason_of(model::RejectReason reason) {
  return reason == model::RejectReason::busy ? EndReason::busy : EndReason::declined;
}

/// What the caller is told of a reject; the codes are SIP's (RFC 3261 §21), which Graph's resemble.
Outcome outcome_of(model::RejectReason reason) {
  switch (reason) {
    case model::RejectReason::none:
      return {603, 0, "The bot declined the call."};
    case model::RejectReason::busy:
      return {486, 0, "The bot is busy."};
    case model::RejectReason::forbidden:
      return {403, 0, "The bot does not take this call."};
  }
  return {};
}

}  // namespace

Conversation::Conversation(Step& step, ConversationId id, const UserInvite& invite,
                           const CalledApplication& called)
    : id_(id), user_{invite.endpoint, invite.user, kUserPort} {
  call_ = std::make_unique<Call>(step, new_call(step, id, invite, called), kBotPort);
  step.batch.gated.emplace_back(TellEndpoint{user_.endpoint, model::EndpointRinging{}});
}

Result<void, Refusal> Conversation::answer(Step& step, Call& call, AnswerCommand command) {
  if (const auto answered = call.answer(step, std::move(command)); !answered) return answered;
  step.batch.gated.emplace_back(TellEndpoint{user_.endpoint, model::EndpointConnecting{}});
  establish_if_ready(step);
  return {};
}

void Conversation::establish_if_ready(Step& step) {
  if (!user_.is_connected || call_->state() != CallState::establishing) return;
  call_->establish(step);
  step.batch.gated.emplace_back(TellEndpoint{user_.endpoint, model::EndpointAnswered{}});
  step.batch.bridge.push_back(model::OpenMedia{});
}

Result<void, Refusal> Conversation::reject(Step& step, Call& call, const RejectCommand& command) {
  static constexpr CallState kAllowed[] = {CallState::incoming};
  if (call.state() != CallState::incoming) return Failure{Refusal{call.state(), kAllowed, 0}};
  call.end_rejected(step, command.callback_uri.value_or(""));
  finish(step, end_reason_of(command.reason), outcome_of(command.reason));
  return {};
}

void Conversation::hang_up(Step& step, Call& call) {
  if (call.state() == CallState::incoming) {
    static_cast<void>(reject(step, call, {}));
    return;
  }
  end_all(step, EndReason::hangup, {200, 7000, "The bot ended the call."}, "hung up by the bot");
}

void Conversation::user_hung_up(Step& step) {
  const bool gave_up = call_->state() == CallState::incoming;
  end_all(
      step, EndReason::hangup,
      {200, 4521,
       gave_up ? "The caller gave up before the call was answered." : "The peer hung up the call."},
      gave_up ? "the caller gave up" : "the caller hung up");
}

void Conversation::user_lost(Step& step) {
  end_all(step, EndReason::resume_failed,
          {200, 18503, "The peer's connection was lost and did not come back in time."},
          "the caller's signaling was lost");
}

void Conversation::not_kept(Step& step) {
  end_all(step, EndReason::failed,
          {500, 9999, "The platform could not store what happened in the call."},
          "a step could not be stored");
}

void Conversation::platform_stopped(Step& step) {
  end_all(step, EndReason::platform_restarted, {500, 9998, "The platform is being restarted."},
          "the platform was stopped");
}

void Conversation::user_muted(Step& step, bool muted) {
  step.batch.bridge.push_back(model::MutePort{user_.port, muted});
  step.batch.timeline.push_back({call_->id(), muted ? "caller muted" : "caller unmuted", ""});
}

void Conversation::end_all(Step& step, EndReason reason, const Outcome& outcome,
                           std::string_view why) {
  if (is_over()) return;
  call_->end(step, outcome, why);
  finish(step, reason, outcome);
}

void Conversation::finish(Step& step, EndReason reason, const Outcome& outcome) {
  step.batch.gated.emplace_back(
      TellEndpoint{user_.endpoint, model::EndpointEnded{reason, outcome}});
  step.batch.bridge.push_back(model::CloseMedia{});
}

void Conversation::handle_bridge_event(Step& step, const model::BridgeEvent& event) {
  if (is_over()) return;
  struct Handler {
    Conversation& self;
    Step& step;
    // A leg that came from another conversation has a port of its own: it is no end of this call.
    bool is_users(PortId port) const { return port == self.user_.port; }
    void operator()(const model::PortConnected& connected) {
      if (!is_users(connected.port)) return;
      self.user_.is_connected = true;
      self.establish_if_ready(step);
    }
    void operator()(const model::PortFailed& failed) {
      if (!is_users(failed.port)) return;
      self.end_all(step, EndReason::media_failed,
                   {410, 301005, "Media connectivity failed: " + failed.reason}, failed.reason);
    }
    void operator()(const model::PortMediaStarted& started) {
      if (!is_users(started.port)) return;
      self.call_->audio_changed(step, model::MediaState::active);
    }
    void operator()(const model::PortMediaStopped& stopped) {
      if (!is_users(stopped.port)) return;
      self.call_->audio_changed(step, model::MediaState::inactive);
    }
    void operator()(const model::KeyPressed& pressed) {
      if (!is_users(pressed.port)) return;
      self.call_->key_pressed(step, pressed.key);
    }
    void operator()(const model::RecordBegan& began) {
      self.call_->recording_began(step, began.operation);
    }
    void operator()(const model::PlayEnded& ended) {
      const auto status = ended.outcome.code == 200 ? model::OperationStatus::completed
                                                    : model::OperationStatus::failed;
      self.call_->operation_ended(step, ended.operation, {status, ended.outcome, {}, false});
    }
    void operator()(const model::RecordEnded& ended) {
      const auto status = ended.outcome.code == 200 ? model::OperationStatus::completed
                                                    : model::OperationStatus::failed;
      self.call_->operation_ended(step, ended.operation,
                                  {status, ended.outcome, ended.reason, ended.has_audio});
    }
  };
  std::visit(Handler{*this, step}, event);
}

void Conversation::handle_timeout(Step& step) {
  while (const auto deadline = next_deadline()) {
    if (deadline->at > step.now.monotonic) return;
    on_timer(step, deadline->reason);
  }
}

void Conversation::on_timer(Step& step, CallTimer timer) {
  switch (timer) {
    case CallTimer::answer_window:
      return end_all(step, EndReason::no_answer,
                     {408, 1106, "The call was not answered, rejected or redirected in time."},
                     "the answer window passed");
    case CallTimer::establish_window:
      return end_all(
          step, EndReason::media_failed,
          {410, 301005, "Media connectivity failed: the caller's DTLS was not done in time."},
          "media did not connect in time");
    case CallTimer::keep_alive:
      return end_all(step, EndReason::failed, {408, 8537, "No keepAlive came in time."},
                     "keepAlive was missed");
  }
}

}  // namespace parley::calling
