#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {

DirectoryResult list_applications(const DirectoryContext& context,
                                  const DirectoryRequest& request) {
  const auto tenant = chosen_tenant(context, request);
  if (!tenant) return Failure{tenant.error()};
  boost::json::array applications;
  for (const auto* const application : context.directory.applications_of(*tenant)) {
    applications.push_back(application_json(context.directory, *application));
  }
  return DirectoryReply{list_reply(context, "applications", std::move(applications))};
}

}  // namespace parley::operations::directory
