#include "operations/handlers.hpp"
#include "operations/prompt_items.hpp"
#include "operations/read_body.hpp"
#include "operations/reply.hpp"

namespace parley::operations {

Result<Reply, ApiError> play_prompt(CallContext& context, const Request& request) {
  auto body = read_body<model::PlayPromptRequest>(request);
  if (!body) return Failure{body.error()};
  auto prompts = read_prompts(body->prompts, context.options);
  if (!prompts) return Failure{prompts.error()};
  const auto told =
      context.call.play(context.step, {std::move(body->client_context), request.dialect},
                        {std::move(*prompts), body->loop.value});
  if (!told) return Failure{refused(told.error())};
  return operation_reply(*told, request, context.options, 200);
}

}  // namespace parley::operations
