#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {

DirectoryResult get_application(const DirectoryContext& context, const DirectoryRequest& request) {
  const auto application = keyed_application(context, request);
  if (!application) return Failure{application.error()};
  return DirectoryReply{resource_reply(context, 200, "applications/$entity",
                                       application_json(context.directory, **application))};
}

}  // namespace parley::operations::directory
