#include "server/call_report_door.hpp"

#include "operations/api_error.hpp"
#include "operations/directory/call_report.hpp"
#include "server/http_reply.hpp"

namespace parley::server {

namespace directory = operations::directory;

void CallReportDoor::open(CallId call, const net::Responder& responder) {
  if (!workers_.run([this, call, responder] { responder.respond(answer(call)); }))
    responder.respond(refusal(operations::overloaded()));
}

net::HttpResponse CallReportDoor::answer(CallId call) {
  const auto found =
      reader_.with([&](store::StoreReader& reader) { return reader.call_history(call); });
  if (!found) return refusal(operations::internal_error());
  if (!*found) return refusal(directory::call_not_kept(call));
  const store::CallHistory& kept = **found;
  return to_response(directory::call_report_reply({.call = kept.call,
                                                   .operations = kept.operations,
                                                   .notifications = kept.notifications,
                                                   .recordings = kept.recordings,
                                                   .timeline = kept.timeline}));
}

}  // namespace parley::server
