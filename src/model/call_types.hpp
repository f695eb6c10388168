#pragma once

#include <boost/describe/class.hpp>

#include "base/time.hpp"
#include "model/identity_types.hpp"
#include "model/media_types.hpp"

namespace parley::model {

/// How something ended. 2019 writes the numbers as text and `subCode`; both are read everywhere.
struct ResultInfo {
  std::int32_t code = 0;     ///< 2xx success, 4xx the caller's fault, 5xx ours
  std::int32_t subcode = 0;  ///< notifications.md §12
  std::optional<std::string> message{};
};
BOOST_DESCRIBE_STRUCT(ResultInfo, (), (code, subcode, message))

struct ChatInfo {
  std::optional<std::string> thread_id{};
  std::optional<std::string> message_id{};
  std::optional<std::string> reply_chain_message_id{};
};
BOOST_DESCRIBE_STRUCT(ChatInfo, (), (thread_id, message_id, reply_chain_message_id))

struct OrganizerMeetingInfo {
  std::optional<bool> allow_conversation_without_host{};  ///< beta, 2019
  IdentitySet organizer{};
};
BOOST_DESCRIBE_STRUCT(OrganizerMeetingInfo, (), (allow_conversation_without_host, organizer))

struct TokenMeetingInfo {
  std::optional<bool> allow_conversation_without_host{};  ///< beta, 2019
  std::string token{};
};
BOOST_DESCRIBE_STRUCT(TokenMeetingInfo, (), (allow_conversation_without_host, token))

struct JoinMeetingIdMeetingInfo {
  std::optional<bool> allow_conversation_without_host{};  ///< beta
  std::string join_meeting_id{};
  std::optional<std::string> passcode{};
};
BOOST_DESCRIBE_STRUCT(JoinMeetingIdMeetingInfo, (),
                      (allow_conversation_without_host, join_meeting_id, passcode))

using MeetingInfo = std::variant<OrganizerMeetingInfo, TokenMeetingInfo, JoinMeetingIdMeetingInfo>;

struct CallRoute {
  RoutingType routing_type{};
  IdentitySet original{};
  IdentitySet final{};
};
BOOST_DESCRIBE_STRUCT(CallRoute, (), (routing_type, original, final))

struct IncomingContext {
  std::optional<ParticipantId> source_participant_id{};
  std::optional<ParticipantId> observed_participant_id{};
  std::optional<IdentitySet> on_behalf_of{};
  std::optional<IdentitySet> transferor{};
};
BOOST_DESCRIBE_STRUCT(IncomingContext, (),
                      (source_participant_id, observed_participant_id, on_behalf_of, transferor))

struct CallTranscriptionInfo {
  CallTranscriptionState state{};
  std::optional<UtcTime> last_modified_date_time{};
};
BOOST_DESCRIBE_STRUCT(CallTranscriptionInfo, (), (state, last_modified_date_time))

struct CallOptions {
  std::optional<bool> hide_bot_after_escalation{};
  std::optional<bool> is_content_sharing_notification_enabled{};
  std::optional<bool> is_delta_roster_enabled{};
  std::optional<bool> is_interactive_roster_enabled{};
};
BOOST_DESCRIBE_STRUCT(CallOptions, (),
                      (hide_bot_after_escalation, is_content_sharing_notification_enabled,
                       is_delta_roster_enabled, is_interactive_roster_enabled))
struct IncomingCallOptions : CallOptions {};
BOOST_DESCRIBE_STRUCT(IncomingCallOptions, (CallOptions), ())
struct OutgoingCallOptions : CallOptions {};
BOOST_DESCRIBE_STRUCT(OutgoingCallOptions, (CallOptions), ())

using AnyCallOptions = std::variant<OutgoingCallOptions, IncomingCallOptions>;

/// One bot's end of a conversation. In notifications most members are absent.
struct Call {
  std::optional<std::string> odata_context{};
  std::optional<std::string> odata_id{};
  std::optional<std::string> odata_etag{};
  std::optional<CallId> id{};
  std::optional<CallState> state{};
  std::optional<CallDirection> direction{};
  std::optional<std::string> callback_uri{};
  std::optional<CallChainId> call_chain_id{};
  std::vector<CallRoute> call_routes{};
  std::optional<ParticipantInfo> source{};
  std::vector<InvitationParticipantInfo> targets{};
  std::optional<ParticipantInfo> answered_by{};
  std::vector<Modality> requested_modalities{};
  std::vector<Modality> active_modalities{};  ///< beta, 2019
  std::optional<MediaConfig> media_config{};
  std::optional<CallMediaState> media_state{};
  std::optional<ChatInfo> chat_info{};
  std::optional<MeetingInfo> meeting_info{};
  std::optional<AnyCallOptions> call_options{};
  std::optional<IncomingContext> incoming_context{};
  std::optional<ParticipantId> my_participant_id{};
  std::optional<TenantId> tenant_id{};
  std::optional<std::string> subject{};
  std::optional<std::int32_t> ringing_timeout_in_seconds{};  ///< beta, 2019
  std::optional<ResultInfo> result_info{};
  std::optional<std::string> termination_reason{};  ///< beta, 2019
  std::optional<ToneInfo> tone_info{};
  std::optional<CallTranscriptionInfo> transcription{};
};
BOOST_DESCRIBE_STRUCT(Call, (),
                      (odata_context, odata_id, odata_etag, id, state, direction, callback_uri,
                       call_chain_id, call_routes, source, targets, answered_by,
                       requested_modalities, active_modalities, media_config, media_state,
                       chat_info, meeting_info, call_options, incoming_context, my_participant_id,
                       tenant_id, subject, ringing_timeout_in_seconds, result_info,
                       termination_reason, tone_info, transcription))

struct RemovedState {
  std::optional<std::string> reason{};
};
BOOST_DESCRIBE_STRUCT(RemovedState, (), (reason))

/// An entry of the roster.
struct Participant {
  std::optional<std::string> odata_context{};
  std::optional<std::string> odata_id{};
  std::optional<std::string> odata_etag{};
  std::optional<ParticipantId> id{};
  ParticipantInfo info{};
  std::vector<MediaStream> media_streams{};
  bool is_muted = false;
  bool is_in_lobby = false;
  std::optional<std::string> metadata{};
  std::optional<RemovedState> removed_state{};
  std::optional<std::int64_t> roster_sequence_number{};
};
BOOST_DESCRIBE_STRUCT(Participant, (),
                      (odata_context, odata_id, odata_etag, id, info, media_streams, is_muted,
                       is_in_lobby, metadata, removed_state, roster_sequence_number))

}  // namespace parley::model
