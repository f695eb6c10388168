#pragma once

#include "model/call_types.hpp"

namespace parley::model {

// Bodies of the calls' actions (api-contract §4) and their limits (§11). `read_request` reads and
// checks.

inline constexpr std::size_t kMaxClientContext = 256;  ///< characters
inline constexpr std::size_t kMaxPrompts = 20;
/// Repetitions of one prompt in a list that loops for ever.
inline constexpr std::int32_t kMaxLoopsInList = 100;
inline constexpr std::size_t kMaxRecordPrompts = 1;  ///< 2019: kMaxPrompts
inline constexpr std::size_t kMaxPreFetchMedia = 20;
inline constexpr std::size_t kMaxModalities = 10;
inline constexpr std::int32_t kMaxRecordSeconds = 120;  ///< of each of the three times of a record
inline constexpr std::size_t kMaxStopTones = 16;
inline constexpr std::size_t kMaxStopToneKeys = 4;

struct AnswerRequest {
  std::optional<std::string> callback_uri{};  ///< else the registered webhook
  std::vector<Modality> accepted_modalities{};
  MediaConfig media_config{};
  std::optional<std::int32_t> participant_capacity{};
  std::optional<IncomingCallOptions> call_options{};
};
BOOST_DESCRIBE_STRUCT(AnswerRequest, (),
                      (callback_uri, accepted_modalities, media_config, participant_capacity,
                       call_options))

struct RejectRequest {
  Defaulted<RejectReason::none> reason;
  std::optional<std::string> callback_uri{};
};
BOOST_DESCRIBE_STRUCT(RejectRequest, (), (reason, callback_uri))

struct PlayPromptRequest {
  std::vector<MediaPrompt> prompts{};
  Defaulted<false> loop;  ///< for ever; beta
  std::optional<std::string> client_context{};
};
BOOST_DESCRIBE_STRUCT(PlayPromptRequest, (), (prompts, loop, client_context))

/// recordResponse, and 2019's record.
struct RecordResponseRequest {
  std::vector<MediaPrompt> prompts{};
  Defaulted<false> barge_in_allowed;
  Defaulted<std::int32_t{5}> initial_silence_timeout_in_seconds;
  Defaulted<std::int32_t{5}> max_silence_timeout_in_seconds;
  Defaulted<std::int32_t{5}> max_record_duration_in_seconds;
  Defaulted<true> play_beep;
  std::vector<std::string> stop_tones{};  ///< each of 1 to 4 keys: 0-9 * # A-D
  std::optional<std::string> client_context{};
  /// 2019, beta: the recording's location is told when it begins, by `updated` on the operation's
  /// path; GET of it answers what is there so far.
  Defaulted<false> stream_while_recording;
  std::optional<std::string> recording_format{};  ///< 2019: "wav"
};
BOOST_DESCRIBE_STRUCT(RecordResponseRequest, (),
                      (prompts, barge_in_allowed, initial_silence_timeout_in_seconds,
                       max_silence_timeout_in_seconds, max_record_duration_in_seconds, play_beep,
                       stop_tones, client_context, stream_while_recording, recording_format))

struct SubscribeToToneRequest {
  std::optional<std::string> client_context{};
};
BOOST_DESCRIBE_STRUCT(SubscribeToToneRequest, (), (client_context))

struct CancelMediaProcessingRequest {
  std::optional<bool> all{};  ///< 2019: everything, or only what runs now
  std::optional<std::string> client_context{};
};
BOOST_DESCRIBE_STRUCT(CancelMediaProcessingRequest, (), (all, client_context))

/// mute and unmute.
struct MuteRequest {
  std::optional<std::string> client_context{};
};
BOOST_DESCRIBE_STRUCT(MuteRequest, (), (client_context))

/// Reads the body of an action and checks its limits. A client that has nothing to say may send no
/// body: pass an empty object then. For each of the types above.
template <class T>
Result<T, BodyError> read_request(const Json& json, Dialect dialect);

}  // namespace parley::model
