#include "operations/handlers.hpp"
#include "operations/read_body.hpp"
#include "operations/reply.hpp"
#include "operations/url_rules.hpp"

namespace parley::operations {
namespace {

Result<calling::AnswerCommand, ApiError> read_command(const CallContext& context,
                                                      const Request& request) {
  auto body = read_body<model::AnswerRequest>(request);
  if (!body) return Failure{body.error()};
  const auto* hosted = std::get_if<model::ServiceHostedMediaConfig>(&body->media_config);
  if (!hosted)
    return Failure{
        bad_request("mediaConfig: found appHostedMediaConfig, allowed is serviceHostedMediaConfig. "
                    "Application-hosted "
                    "media is not implemented by this version of Parley.")};
  auto callback_uri = read_callback_uri(std::move(body->callback_uri), context.options);
  if (!callback_uri) return Failure{callback_uri.error()};
  calling::AnswerCommand command{.callback_uri = std::move(*callback_uri), .prefetch = {}};
  for (std::size_t i = 0; i < hosted->pre_fetch_media.size(); ++i) {
    const model::MediaInfo& media = hosted->pre_fetch_media[i];
    if (const auto wrong = check_outbound_uri(media.uri, context.options))
      return Failure{
          bad_request("mediaConfig.preFetchMedia[" + std::to_string(i) + "].uri: " + *wrong)};
    command.prefetch.push_back({media.uri, media.resource_id});
  }
  return command;
}

}  // namespace

Result<Reply, ApiError> answer(CallContext& context, const Request& request) {
  auto command = read_command(context, request);
  if (!command) return Failure{command.error()};
  // The last moment before the shard plays, records and forwards for it.
  if (context.is_overloaded && context.call.state() == model::CallState::incoming)
    return Failure{overloaded()};
  const auto answered =
      context.conversation.answer(context.step, context.call, std::move(*command));
  if (!answered) return Failure{refused(answered.error())};
  return empty_reply(202);
}

}  // namespace parley::operations
