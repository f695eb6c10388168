#include "model/graph_view.hpp"

#include "model/describe.hpp"

namespace parley::model {
namespace {

ParticipantInfo source_of(const CallRecord& record) {
  ParticipantInfo source;
  source.id = record.source_participant_id;
  Identity identity;
  identity.tenant_id = to_text(record.tenant_id);
  if (record.source_hidden) {
    // The participant's id, not the user's: an application without any Calls.* role is not told who
    // calls.
    identity.id = to_text(record.source_participant_id);
    source.identity.encrypted = std::move(identity);
  } else {
    if (record.source_user_id) identity.id = to_text(*record.source_user_id);
    identity.display_name = record.source_display_name;
    source.identity.user = std::move(identity);
  }
  source.endpoint_type = EndpointType::default_;
  return source;
}

InvitationParticipantInfo target_of(const CallRecord& record) {
  InvitationParticipantInfo target;
  target.id = record.my_participant_id;
  target.identity.application = Identity{.id = to_text(record.application_id),
                                         .display_name = record.application_display_name};
  return target;
}

ResultInfo result_of(std::int32_t code, std::int32_t subcode, const std::string& message) {
  return {.code = code, .subcode = subcode, .message = message};
}

CommsOperation common_members(const OperationRecord& record) {
  CommsOperation common;
  common.id = record.id;
  common.status = record.status;
  common.client_context = record.client_context;
  if (record.dialect == Dialect::app_2019) {
    common.created_date_time = record.created;
    common.last_action_date_time = record.completed.value_or(record.created);
  }
  if (record.completed && record.code != 0) {
    std::string message = record.message;
    // v1.0 has no completionReason: its message tells the reason (api-contract §11).
    if (record.dialect == Dialect::v1_0 && record.completion_reason)
      message += (message.empty() ? "" : " ") + std::string("Reason: ") +
                 std::string(enum_name(*record.completion_reason)) + ".";
    common.result_info = result_of(record.code, record.subcode, message);
  }
  return common;
}

PlayPromptOperation play_prompt(const OperationRecord& record) {
  PlayPromptOperation operation{common_members(record), {}};
  if (record.completed)
    operation.completion_reason =
        record.code == 200       ? PlayPromptCompletionReason::completed_successfully
        : record.subcode == 8508 ? PlayPromptCompletionReason::media_operation_canceled
                                 : PlayPromptCompletionReason::unknown;
  return operation;
}

RecordOperation recorded(const OperationRecord& record, const std::optional<RecordingLink>& link) {
  RecordOperation operation{common_members(record), {}, {}, record.completion_reason};
  if (link) {
    operation.recording_location = link->location;
    operation.recording_access_token = link->access_token;
  }
  return operation;
}

/// Graph's own word where it has one (api-contract §4), else our sentence.
std::string termination_reason(const CallRecord& call) {
  constexpr std::int32_t kHungUpByTheBot = 7000;
  return call.subcode == kHungUpByTheBot ? "AppInitiated" : call.message;
}

}  // namespace

Call to_graph_call(const CallRecord& record) {
  Call call;
  call.id = record.id;
  call.state = record.state;
  call.direction = record.direction;
  call.callback_uri = record.callback_uri;
  call.source = source_of(record);
  call.targets.push_back(target_of(record));
  call.requested_modalities = {Modality::audio};
  call.media_config = ServiceHostedMediaConfig{};
  call.tenant_id = record.tenant_id;
  call.my_participant_id = record.my_participant_id;
  call.incoming_context = IncomingContext{.source_participant_id = record.source_participant_id};
  if (record.dialect != Dialect::app_2019) call.call_chain_id = record.chain_id;
  if (record.ended) call.result_info = result_of(record.code, record.subcode, record.message);
  return call;
}

Call to_graph_call_change(const Notice& notice) {
  Call call;
  call.id = notice.call.id;
  if (notice.dialect != Dialect::app_2019) call.call_chain_id = notice.call.chain_id;
  if (notice.kind == NoticeKind::call_rejected) return call;
  call.state = notice.call.state;
  if (notice.kind == NoticeKind::call_ended) {
    call.result_info = result_of(notice.call.code, notice.call.subcode, notice.call.message);
    if (notice.dialect != Dialect::v1_0) call.termination_reason = termination_reason(notice.call);
  }
  if (notice.audio) call.media_state = CallMediaState{.audio = notice.audio};
  if (notice.tone)
    call.tone_info = ToneInfo{.sequence_id = notice.tone_sequence, .tone = *notice.tone};
  return call;
}

Operation to_graph_operation(const OperationRecord& record,
                             const std::optional<RecordingLink>& link) {
  const bool is_2019 = record.dialect == Dialect::app_2019;
  switch (record.kind) {
    case OperationKind::play_prompt:
      return play_prompt(record);
    case OperationKind::record:
      return recorded(record, link);
    case OperationKind::subscribe_to_tone:
      if (is_2019) return common_members(record);
      return SubscribeToToneOperation{common_members(record)};
    case OperationKind::cancel_media_processing:
      if (is_2019) return common_members(record);
      return CancelMediaProcessingOperation{common_members(record)};
    case OperationKind::mute:
      if (is_2019) return common_members(record);
      return MuteParticipantOperation{common_members(record)};
    case OperationKind::unmute:
      if (is_2019) return common_members(record);
      return UnmuteParticipantOperation{common_members(record)};
  }
  return common_members(record);
}

}  // namespace parley::model
