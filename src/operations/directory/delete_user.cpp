#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"
#include "operations/reply.hpp"

namespace parley::operations::directory {

DirectoryResult delete_user(const DirectoryContext& context, const DirectoryRequest& request) {
  const auto user = keyed_user(context, request);
  if (!user) return Failure{user.error()};
  auto rows = identity::remove_user(admin_context(context), (*user)->id);
  if (!rows) return Failure{admin_refusal(rows.error())};
  return DirectoryReply{empty_reply(204), std::move(*rows)};
}

}  // namespace parley::operations::directory
