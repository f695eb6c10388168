#include "operations/handlers.hpp"
#include "operations/read_body.hpp"
#include "operations/reply.hpp"

namespace parley::operations {

Result<Reply, ApiError> mute(CallContext& context, const Request& request) {
  auto body = read_body<model::MuteRequest>(request);
  if (!body) return Failure{body.error()};
  const auto told =
      context.call.mute(context.step, {std::move(body->client_context), request.dialect}, true);
  if (!told) return Failure{refused(told.error())};
  return operation_reply(*told, request, context.options);
}

}  // namespace parley::operations
