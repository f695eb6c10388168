#include "operations/directory/calling_registration.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"
#include "operations/reply.hpp"

namespace parley::operations::directory {

/// Changes the calling registration, the one member that changes: null takes it away.
DirectoryResult update_application(const DirectoryContext& context,
                                   const DirectoryRequest& request) {
  const auto application = keyed_application(context, request);
  if (!application) return Failure{application.error()};
  BodyMembers body(request.body);
  if (!body.has("calling")) {
    body.refuse("calling", "it is the one member that can be changed, and it is not there");
  }
  const auto calling = read_calling(body, context.options);
  if (body.error()) return Failure{*body.error()};
  auto changed =
      identity::set_calling(admin_context(context), (*application)->application_id, calling);
  if (!changed) return Failure{admin_refusal(changed.error())};
  return DirectoryReply{empty_reply(204), std::move(changed->rows)};
}

}  // namespace parley::operations::directory
