#include "server/call_report_door.hpp"

#include "operations/api_error.hpp"
#include "operations/directory/call_report.hpp"

namespace parley::server {

namespace directory = operations::directory;

void CallReportDoor::open(CallId call, const RequestIds& ids, const net::Responder& responder) {
  const bool taken = workers_.run(
      [this, call, ids, responder] { responder.respond(reply_to(ids, answer(call, ids.id))); });
  if (!taken) responder.respond(reply_to(ids, Failure{operations::overloaded()}));
}

Result<operations::Reply, operations::ApiError> CallReportDoor::answer(CallId call,
                                                                       RequestId request) {
  const auto found =
      reader_.with(request, [&](store::StoreReader& reader) { return reader.call_history(call); });
  if (!found) return Failure{operations::internal_error()};
  if (!*found) return Failure{directory::call_not_kept(call)};
  const store::CallHistory& kept = **found;
  return directory::call_report_reply({.call = kept.call,
                                       .operations = kept.operations,
                                       .notifications = kept.notifications,
                                       .recordings = kept.recordings,
                                       .timeline = kept.timeline});
}

}  // namespace parley::server
