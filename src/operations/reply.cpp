#include "operations/reply.hpp"

#include "operations/query_options.hpp"

namespace parley::operations {
namespace {

std::string location_of(const model::OperationRecord& operation, const Request& request,
                        const ApiOptions& options) {
  return options.public_url + model::path_root(request.dialect) + "/calls/" +
         to_text(operation.call_id) + "/operations/" + to_text(operation.id);
}

model::Json to_answer(const model::OperationRecord& record, const Request& request) {
  model::OperationRecord told = record;
  told.dialect = request.dialect;
  return model::to_json(model::to_graph_operation(told, std::nullopt),
                        {.dialect = request.dialect, .absent = model::AbsentMembers::null});
}

}  // namespace

Reply empty_reply(int status) {
  Reply reply;
  reply.status = status;
  return reply;
}

Reply call_reply(const calling::Call& call, const Request& request, const ApiOptions& options) {
  model::CallRecord record = call.record();
  record.dialect = request.dialect;
  model::Call shown = model::to_graph_call(record);
  shown.odata_context =
      model::metadata_context(options.public_url, request.dialect, "app/calls/$entity");
  if (call.audio()) shown.media_state = model::CallMediaState{.audio = call.audio()};
  Reply reply;
  const model::WriteOptions options_of_answer{.dialect = request.dialect,
                                              .absent = model::AbsentMembers::null};
  reply.body = model::write_json(selected(model::to_json(shown, options_of_answer), request.query));
  return reply;
}

Reply operation_reply(const model::OperationRecord& operation, const Request& request,
                      const ApiOptions& options, int status_2019) {
  Reply reply;
  reply.headers.emplace_back("Location", location_of(operation, request, options));
  if (request.dialect == model::Dialect::app_2019 && status_2019 != 0) {
    reply.status = status_2019;
    return reply;
  }
  reply.body = model::write_json(to_answer(operation, request));
  return reply;
}

model::Json operation_json(const calling::Operation& operation, const Request& request,
                           const ApiOptions&) {
  return to_answer(operation.record, request);
}

}  // namespace parley::operations
