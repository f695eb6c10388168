#include "operations/handlers.hpp"
#include "operations/reply.hpp"

namespace parley::operations {

Result<Reply, ApiError> get_call(CallContext& context, const Request& request) {
  return call_reply(context.call, request, context.options);
}

}  // namespace parley::operations
