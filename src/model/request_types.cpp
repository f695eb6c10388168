#include "model/request_types.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/codec.hpp"

namespace parley::model {
namespace {

using Check = std::optional<BodyError>;

Check check_count(const char* path, std::size_t count, std::size_t least, std::size_t most,
                  std::string_view what) {
  if (count >= least && count <= most) return std::nullopt;
  return BodyError{path, std::to_string(count) + " of them",
                   std::to_string(least) + " to " + std::to_string(most) + " " + std::string(what)};
}

Check check_range(const char* path, std::int32_t number, std::int32_t least, std::int32_t most) {
  if (number >= least && number <= most) return std::nullopt;
  return BodyError{path, "the number " + std::to_string(number),
                   std::to_string(least) + " to " + std::to_string(most)};
}

Check check_client_context(const std::optional<std::string>& text) {
  const std::size_t length = text ? count_characters(*text) : 0;
  if (length <= kMaxClientContext) return std::nullopt;
  return BodyError{".clientContext", "a string of " + std::to_string(length) + " characters",
                   "a string of at most " + std::to_string(kMaxClientContext) + " characters"};
}

Check check_prompts(const std::vector<MediaPrompt>& prompts, std::size_t least, std::size_t most) {
  if (auto error = check_count(".prompts", prompts.size(), least, most, "prompts")) return error;
  for (std::size_t i = 0; i < prompts.size(); ++i)
    if (prompts[i].loop && *prompts[i].loop < 0)
      return BodyError{".prompts[" + std::to_string(i) + "].loop",
                       "the number " + std::to_string(*prompts[i].loop),
                       "0 (for ever) or how many times"};
  return std::nullopt;
}

/// In a list that loops for ever, a prompt that does so would never let the next one begin.
Check check_loops_in_list(const std::vector<MediaPrompt>& prompts) {
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const std::int32_t loops = prompts[i].loop.value_or(1);
    if (loops >= 1 && loops <= kMaxLoopsInList) continue;
    return BodyError{".prompts[" + std::to_string(i) + "].loop",
                     "the number " + std::to_string(loops),
                     "1 to " + std::to_string(kMaxLoopsInList) + " in a list that loops itself"};
  }
  return std::nullopt;
}

bool is_stop_tone(std::string_view keys) {
  return !keys.empty() && keys.size() <= kMaxStopToneKeys &&
         keys.find_first_not_of("0123456789*#ABCDabcd") == std::string_view::npos;
}

Check check_stop_tones(const std::vector<std::string>& tones) {
  if (auto error = check_count(".stopTones", tones.size(), 0, kMaxStopTones, "stop tones"))
    return error;
  for (std::size_t i = 0; i < tones.size(); ++i)
    if (!is_stop_tone(tones[i]))
      return BodyError{".stopTones[" + std::to_string(i) + "]", describe_found(Json(tones[i])),
                       "1 to " + std::to_string(kMaxStopToneKeys) + " keys of 0-9 * # A-D"};
  return std::nullopt;
}

/// A time of a record. 2019 allowed longer ones, which are taken as the longest of today.
template <auto kDefault>
Check check_seconds(const char* path, Defaulted<kDefault>& seconds, Dialect dialect) {
  if (dialect == Dialect::app_2019) seconds.value = std::min(seconds.value, kMaxRecordSeconds);
  return check_range(path, seconds.value, 1, kMaxRecordSeconds);
}

Check check(AnswerRequest& request, Dialect) {
  const auto* hosted = std::get_if<ServiceHostedMediaConfig>(&request.media_config);
  if (auto error = check_count(".acceptedModalities", request.accepted_modalities.size(), 1,
                               kMaxModalities, "modalities"))
    return error;
  if (request.participant_capacity && *request.participant_capacity < 1)
    return BodyError{".participantCapacity",
                     "the number " + std::to_string(*request.participant_capacity), "at least 1"};
  if (!hosted) return std::nullopt;
  return check_count(".mediaConfig.preFetchMedia", hosted->pre_fetch_media.size(), 0,
                     kMaxPreFetchMedia, "media");
}

Check check(RejectRequest&, Dialect) {
  return std::nullopt;
}

Check check(PlayPromptRequest& request, Dialect) {
  if (auto error = check_prompts(request.prompts, 1, kMaxPrompts)) return error;
  if (request.loop.value)
    if (auto error = check_loops_in_list(request.prompts)) return error;
  return check_client_context(request.client_context);
}

Check check(RecordResponseRequest& request, Dialect dialect) {
  const bool old = dialect == Dialect::app_2019;
  if (auto error = check_prompts(request.prompts, 0, old ? kMaxPrompts : kMaxRecordPrompts))
    return error;
  if (auto error = check_seconds(".initialSilenceTimeoutInSeconds",
                                 request.initial_silence_timeout_in_seconds, dialect))
    return error;
  if (auto error = check_seconds(".maxSilenceTimeoutInSeconds",
                                 request.max_silence_timeout_in_seconds, dialect))
    return error;
  if (auto error = check_seconds(".maxRecordDurationInSeconds",
                                 request.max_record_duration_in_seconds, dialect))
    return error;
  if (auto error = check_stop_tones(request.stop_tones)) return error;
  if (request.recording_format && !equal_ignoring_case(*request.recording_format, "wav"))
    return BodyError{".recordingFormat", describe_found(Json(*request.recording_format)),
                     "\"wav\""};
  return check_client_context(request.client_context);
}

Check check(SubscribeToToneRequest& request, Dialect) {
  return check_client_context(request.client_context);
}

Check check(CancelMediaProcessingRequest& request, Dialect) {
  return check_client_context(request.client_context);
}

Check check(MuteRequest& request, Dialect) {
  return check_client_context(request.client_context);
}

}  // namespace

template <class T>
Result<T, BodyError> read_request(const Json& json, Dialect dialect) {
  auto request = from_json<T>(json, dialect);
  if (!request) return request;
  if (auto error = check(*request, dialect)) return Failure{std::move(*error)};
  return request;
}

#define PARLEY_REQUEST(T) \
  PARLEY_PLAIN_TYPE(T)    \
  template Result<T, BodyError> read_request<T>(const Json&, Dialect);

PARLEY_REQUEST(AnswerRequest)
PARLEY_REQUEST(RejectRequest)
PARLEY_REQUEST(PlayPromptRequest)
PARLEY_REQUEST(RecordResponseRequest)
PARLEY_REQUEST(SubscribeToToneRequest)
PARLEY_REQUEST(CancelMediaProcessingRequest)
PARLEY_REQUEST(MuteRequest)

}  // namespace parley::model
