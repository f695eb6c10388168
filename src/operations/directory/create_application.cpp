#include "operations/directory/calling_registration.hpp"
#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {

DirectoryResult create_application(const DirectoryContext& context,
                                   const DirectoryRequest& request) {
  const auto tenant = chosen_tenant(context, request);
  if (!tenant) return Failure{tenant.error()};
  BodyMembers body(request.body);
  const std::string name = body.required_text("displayName");
  const auto calling = read_calling(body, context.options);
  if (body.error()) return Failure{*body.error()};
  auto made = identity::create_application(
      admin_context(context), {.tenant = *tenant, .display_name = name, .calling = calling});
  if (!made) return Failure{admin_refusal(made.error())};
  return DirectoryReply{resource_reply(context, 201, "applications/$entity",
                                       application_json(context.directory, made->record)),
                        std::move(made->rows)};
}

}  // namespace parley::operations::directory
