#include "operations/api_error.hpp"
#include "operations/handlers.hpp"
#include "operations/query_options.hpp"
#include "operations/reply.hpp"

namespace parley::operations {

Result<Reply, ApiError> get_operation(CallContext& context, const Request& request) {
  const OperationId id{request.ids.at(1)};
  const auto& operations = context.call.operations();
  const auto found = operations.find(id);
  if (found == operations.end()) return Failure{operation_not_found(id)};
  Reply reply;
  reply.body = model::write_json(
      selected(operation_json(found->second, request, context.options), request.query));
  return reply;
}

}  // namespace parley::operations
