#include <string_view>

#include "operations/handlers.hpp"
#include "operations/prompt_items.hpp"
#include "operations/read_body.hpp"
#include "operations/reply.hpp"

namespace parley::operations {
namespace {

/// `0`-`9`, `*`, `#` and `A`-`D`; the reader of the body has refused everything else.
model::Tone tone_of(char key) {
  constexpr std::string_view kKeys = "0123456789*#ABCD";
  const char upper = key >= 'a' && key <= 'd' ? static_cast<char>(key - 'a' + 'A') : key;
  return static_cast<model::Tone>(kKeys.find(upper));
}

model::RecordOptions read_options(const model::RecordResponseRequest& body) {
  using std::chrono::seconds;
  model::RecordOptions options;
  options.barge_in_allowed = body.barge_in_allowed;
  options.initial_silence = seconds(body.initial_silence_timeout_in_seconds.value);
  options.max_silence = seconds(body.max_silence_timeout_in_seconds.value);
  options.max_duration = seconds(body.max_record_duration_in_seconds.value);
  options.play_beep = body.play_beep;
  options.tell_beginning = body.stream_while_recording;
  for (const std::string& keys : body.stop_tones) {
    auto& sequence = options.stop_tones.emplace_back();
    for (const char key : keys) sequence.push_back(tone_of(key));
  }
  return options;
}

}  // namespace

Result<Reply, ApiError> record_response(CallContext& context, const Request& request) {
  auto body = read_body<model::RecordResponseRequest>(request);
  if (!body) return Failure{body.error()};
  auto prompts = read_prompts(body->prompts, context.options);
  if (!prompts) return Failure{prompts.error()};
  model::RecordOptions options = read_options(*body);
  options.prompts = std::move(*prompts);
  const auto told = context.call.record_audio(
      context.step, {std::move(body->client_context), request.dialect}, std::move(options));
  if (!told) return Failure{refused(told.error())};
  return operation_reply(*told, request, context.options, 202);
}

}  // namespace parley::operations
