#include "operations/handlers.hpp"
#include "operations/read_body.hpp"
#include "operations/reply.hpp"
#include "operations/url_rules.hpp"

namespace parley::operations {

Result<Reply, ApiError> reject(CallContext& context, const Request& request) {
  auto body = read_body<model::RejectRequest>(request);
  if (!body) return Failure{body.error()};
  auto callback_uri = read_callback_uri(std::move(body->callback_uri), context.options);
  if (!callback_uri) return Failure{callback_uri.error()};
  const auto rejected = context.conversation.reject(context.step, context.call,
                                                    {body->reason.value, std::move(*callback_uri)});
  if (!rejected) return Failure{refused(rejected.error())};
  return empty_reply(202);
}

}  // namespace parley::operations
