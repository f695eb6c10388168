#include "operations/directory/body_members.hpp"
#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {

/// Body: `domain`, `displayName`.
DirectoryResult create_tenant(const DirectoryContext& context, const DirectoryRequest& request) {
  BodyMembers body(request.body);
  identity::NewTenant wanted;
  wanted.domain = body.required_text("domain");
  wanted.display_name = body.required_text("displayName");
  if (body.error()) return Failure{*body.error()};
  auto made = identity::create_tenant(admin_context(context), wanted);
  if (!made) return Failure{admin_refusal(made.error())};
  Reply reply;
  reply.status = 201;
  reply.body = model::write_json(model::Json(tenant_json(made->record)));
  return DirectoryReply{std::move(reply), std::move(made->rows)};
}

}  // namespace parley::operations::directory
