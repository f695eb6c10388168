#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"
#include "operations/reply.hpp"

namespace parley::operations::directory {

DirectoryResult delete_app_role_assignment(const DirectoryContext& context,
                                           const DirectoryRequest& request) {
  const auto principal = keyed_principal(context, request);
  if (!principal) return Failure{principal.error()};
  const model::GrantId id{Uuid::parse(request.keys[1]).value_or(Uuid{})};
  const model::GrantRecord* const grant = context.directory.grant(id);
  if (!grant || grant->application_id != (*principal)->application_id) {
    return Failure{admin_refusal({identity::AdminFault::not_found, "",
                                  "The application has no grant " + request.keys[1] + "."})};
  }
  auto rows = identity::revoke_grant(admin_context(context), id);
  if (!rows) return Failure{admin_refusal(rows.error())};
  return DirectoryReply{empty_reply(204), std::move(*rows)};
}

}  // namespace parley::operations::directory
