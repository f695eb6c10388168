#include "operations/handlers.hpp"
#include "operations/reply.hpp"

namespace parley::operations {

Result<Reply, ApiError> delete_call(CallContext& context, const Request&) {
  context.conversation.hang_up(context.step, context.call);
  return empty_reply(204);
}

}  // namespace parley::operations
