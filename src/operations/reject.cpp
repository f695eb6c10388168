#include "operations/handlers.hpp"
#include "operations/read_body.hpp"
#include "operations/reply.hpp"
#include "operations/url_rules.hpp"

namespace parley::operations {

Result<Reply, ApiError> reject(CallContext& context, const Request& request) {
  auto body = read_body<model::RejectRequest>(request);
  if (!body) return Failure{body.error()};
  if (body->callback_uri) {
    if (const auto wrong = check_outbound_uri(*body->callback_uri, context.options))
      return Failure{bad_request("callbackUri: " + *wrong)};
  }
  const auto rejected = context.conversation.reject(
      context.step, context.call, {body->reason.value, std::move(body->callback_uri)});
  if (!rejected) return Failure{refused(rejected.error())};
  return empty_reply(202);
}

}  // namespace parley::operations
