#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"
#include "operations/reply.hpp"

namespace parley::operations::directory {

DirectoryResult delete_application(const DirectoryContext& context,
                                   const DirectoryRequest& request) {
  const auto application = keyed_application(context, request);
  if (!application) return Failure{application.error()};
  auto rows = identity::remove_application(admin_context(context), (*application)->application_id);
  if (!rows) return Failure{admin_refusal(rows.error())};
  return DirectoryReply{empty_reply(204), std::move(*rows)};
}

}  // namespace parley::operations::directory
