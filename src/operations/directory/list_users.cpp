#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {

DirectoryResult list_users(const DirectoryContext& context, const DirectoryRequest& request) {
  const auto tenant = chosen_tenant(context, request);
  if (!tenant) return Failure{tenant.error()};
  boost::json::array users;
  for (const auto* const user : context.directory.users_of(*tenant)) {
    users.push_back(user_json(*user));
  }
  return DirectoryReply{list_reply(context, "users", std::move(users))};
}

}  // namespace parley::operations::directory
