#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "operations/handlers.hpp"
#include "operations/query_options.hpp"
#include "operations/reply.hpp"

namespace parley::operations {

Result<Reply, ApiError> list_operations(CallContext& context, const Request& request) {
  boost::json::array operations;
  for (const auto& [id, operation] : context.call.operations()) {
    if (request.query.top && operations.size() >= *request.query.top) break;
    operations.push_back(
        selected(operation_json(operation, request, context.options), request.query));
  }
  boost::json::object body;
  body["@odata.context"] = model::metadata_context(
      context.options.public_url, request.dialect,
      "communications/calls('" + to_text(context.call.id()) + "')/operations");
  body["value"] = std::move(operations);
  Reply reply;
  reply.body = model::write_json(model::Json(std::move(body)));
  return reply;
}

}  // namespace parley::operations
