#include "operations/directory/body_members.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"
#include "operations/reply.hpp"

namespace parley::operations::directory {

/// Body: `keyId`, and `proof`, which is not looked at: the administrator asks, not the application.
DirectoryResult remove_key(const DirectoryContext& context, const DirectoryRequest& request) {
  const auto application = keyed_application(context, request);
  if (!application) return Failure{application.error()};
  BodyMembers body(request.body);
  const model::CredentialId id{body.required_uuid("keyId")};
  static_cast<void>(body.text("proof"));
  if (body.error()) return Failure{*body.error()};
  auto rows =
      identity::remove_certificate(admin_context(context), (*application)->application_id, id);
  if (!rows) return Failure{admin_refusal(rows.error())};
  return DirectoryReply{empty_reply(204), std::move(*rows)};
}

}  // namespace parley::operations::directory
