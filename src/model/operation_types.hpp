#pragma once

#include "model/call_types.hpp"

namespace parley::model {

/// What all asynchronous acts of a call tell.
struct CommsOperation {
  std::optional<std::string> odata_context{};
  std::optional<std::string> odata_id{};
  std::optional<std::string> odata_etag{};
  std::optional<OperationId> id{};
  OperationStatus status{};
  std::optional<UtcTime> created_date_time{};      ///< 2019
  std::optional<UtcTime> last_action_date_time{};  ///< 2019
  std::optional<std::string> client_context{};
  std::optional<ResultInfo> result_info{};
};
BOOST_DESCRIBE_STRUCT(CommsOperation, (),
                      (odata_context, odata_id, odata_etag, id, status, created_date_time,
                       last_action_date_time, client_context, result_info))

struct PlayPromptOperation : CommsOperation {
  std::optional<PlayPromptCompletionReason> completion_reason{};  ///< beta, 2019
};
BOOST_DESCRIBE_STRUCT(PlayPromptOperation, (CommsOperation), (completion_reason))

struct RecordOperation : CommsOperation {
  std::optional<std::string> recording_location{};            ///< 2019: recordResourceLocation
  std::optional<std::string> recording_access_token{};        ///< 2019: recordResourceAccessToken
  std::optional<RecordCompletionReason> completion_reason{};  ///< beta, 2019
};
BOOST_DESCRIBE_STRUCT(RecordOperation, (CommsOperation),
                      (recording_location, recording_access_token, completion_reason))

struct SubscribeToToneOperation : CommsOperation {};
BOOST_DESCRIBE_STRUCT(SubscribeToToneOperation, (CommsOperation), ())
struct CancelMediaProcessingOperation : CommsOperation {};
BOOST_DESCRIBE_STRUCT(CancelMediaProcessingOperation, (CommsOperation), ())
struct MuteParticipantOperation : CommsOperation {};
BOOST_DESCRIBE_STRUCT(MuteParticipantOperation, (CommsOperation), ())
struct UnmuteParticipantOperation : CommsOperation {};
BOOST_DESCRIBE_STRUCT(UnmuteParticipantOperation, (CommsOperation), ())

/// Any operation; CommsOperation itself is what 2019 answered for a mute.
using Operation = std::variant<CommsOperation, PlayPromptOperation, RecordOperation,
                               SubscribeToToneOperation, CancelMediaProcessingOperation,
                               MuteParticipantOperation, UnmuteParticipantOperation>;

/// The members that all have.
CommsOperation& common(Operation& operation);

}  // namespace parley::model
