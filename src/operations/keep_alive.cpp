#include "operations/api_error.hpp"
#include "operations/handlers.hpp"
#include "operations/reply.hpp"

namespace parley::operations {

Result<Reply, ApiError> keep_alive(CallContext& context, const Request&) {
  const auto kept = context.call.keep_alive(context.step);
  if (!kept) return Failure{refused(kept.error())};
  return empty_reply(200);
}

}  // namespace parley::operations
