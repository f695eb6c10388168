#include "operations/handlers.hpp"
#include "operations/read_body.hpp"
#include "operations/reply.hpp"

namespace parley::operations {

Result<Reply, ApiError> subscribe_to_tone(CallContext& context, const Request& request) {
  auto body = read_body<model::SubscribeToToneRequest>(request);
  if (!body) return Failure{body.error()};
  const auto told = context.call.subscribe_to_tone(
      context.step, {std::move(body->client_context), request.dialect});
  if (!told) return Failure{refused(told.error())};
  return operation_reply(*told, request, context.options, 202);
}

}  // namespace parley::operations
