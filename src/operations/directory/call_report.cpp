#include "operations/directory/call_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "model/describe.hpp"
#include "model/iso_time.hpp"

namespace parley::operations::directory {
namespace {

using boost::json::object;

model::Json time(const std::optional<UtcTime>& at) {
  return at ? model::Json(model::write_iso_time(*at)) : model::Json(nullptr);
}

object report(const model::CallRecord& call) {
  return {{"id", to_text(call.id)},
          {"callChainId", to_text(call.chain_id)},
          {"conversationId", to_text(call.conversation_id)},
          {"tenantId", to_text(call.tenant_id)},
          {"appId", to_text(call.application_id)},
          {"application", call.application_display_name},
          {"source", call.source_display_name},
          {"direction", model::enum_name(call.direction)},
          {"state", model::enum_name(call.state)},
          {"callbackUri", call.callback_uri},
          {"created", time(call.created)},
          {"established", time(call.established)},
          {"ended", time(call.ended)},
          {"code", call.code},
          {"subcode", call.subcode},
          {"message", call.message}};
}

object report(const model::OperationRecord& operation) {
  object json{{"id", to_text(operation.id)},
              {"kind", model::enumerator_name(operation.kind)},
              {"status", model::enum_name(operation.status)},
              {"created", time(operation.created)},
              {"completed", time(operation.completed)},
              {"code", operation.code},
              {"subcode", operation.subcode},
              {"message", operation.message}};
  if (operation.completion_reason) {
    json["completionReason"] = model::enum_name(*operation.completion_reason);
  }
  return json;
}

object report(const model::NotificationRecord& notification) {
  return notification_report(notification);
}

object report(const model::RecordingRecord& recording) {
  return {{"operationId", to_text(recording.operation_id)},
          {"file", recording.file_name},
          {"bytes", recording.bytes},
          {"complete", recording.complete},
          {"created", time(recording.created)},
          {"expires", time(recording.expires)}};
}

object report(const model::TimelineRecord& line) {
  const auto entry = model::parse_json(line.entry);
  return {{"at", time(line.at)}, {"entry", entry ? *entry : model::Json(line.entry)}};
}

template <class Record>
boost::json::array report(std::span<const Record> records) {
  boost::json::array list;
  for (const Record& record : records) list.push_back(report(record));
  return list;
}

}  // namespace

boost::json::object notification_report(const model::NotificationRecord& notification) {
  return {{"id", to_text(notification.id)},
          {"sequence", notification.sequence},
          {"url", notification.url},
          {"status", model::enumerator_name(notification.status)},
          {"attempts", notification.attempts},
          {"lastError", notification.last_error},
          {"created", time(notification.created)},
          {"settled", time(notification.settled)}};
}

Reply call_report_reply(const CallRows& rows) {
  object body{{"call", report(rows.call)},
              {"operations", report(rows.operations)},
              {"notifications", report(rows.notifications)},
              {"recordings", report(rows.recordings)},
              {"timeline", report(rows.timeline)}};
  Reply reply;
  reply.body = model::write_json(model::Json(std::move(body)));
  return reply;
}

ApiError call_not_kept(CallId call) {
  return {404, "8522",
          "No call " + to_text(call) +
              " is kept. Calls are kept for the configured retention, 7 days by default; the id is "
              "the one that notifications and answers carry."};
}

}  // namespace parley::operations::directory
