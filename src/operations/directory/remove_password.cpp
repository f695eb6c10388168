#include "operations/directory/body_members.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"
#include "operations/reply.hpp"

namespace parley::operations::directory {

/// Body: `keyId`, as addPassword told it and the application's `passwordCredentials` show it.
DirectoryResult remove_password(const DirectoryContext& context, const DirectoryRequest& request) {
  const auto application = keyed_application(context, request);
  if (!application) return Failure{application.error()};
  BodyMembers body(request.body);
  const model::CredentialId id{body.required_uuid("keyId")};
  if (body.error()) return Failure{*body.error()};
  auto rows = identity::remove_secret(admin_context(context), (*application)->application_id, id);
  if (!rows) return Failure{admin_refusal(rows.error())};
  return DirectoryReply{empty_reply(204), std::move(*rows)};
}

}  // namespace parley::operations::directory
