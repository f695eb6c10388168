#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"

namespace parley::operations::directory {

/// Graph has no such list; ours also tells under which URL the server is known, for what is printed
/// to newcomers.
DirectoryResult list_tenants(const DirectoryContext& context, const DirectoryRequest&) {
  boost::json::array tenants;
  for (const auto* const tenant : context.directory.tenants()) {
    tenants.push_back(tenant_json(*tenant));
  }
  boost::json::object body{{"publicUrl", context.options.public_url},
                           {"value", std::move(tenants)}};
  Reply reply;
  reply.body = model::write_json(model::Json(std::move(body)));
  return DirectoryReply{std::move(reply)};
}

}  // namespace parley::operations::directory
