#include "operations/directory/body_members.hpp"
#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {

/// Body: `passwordCredential {displayName?, endDateTime?}`, all of it optional. The answer is the
/// one place where the secret is ever told.
DirectoryResult add_password(const DirectoryContext& context, const DirectoryRequest& request) {
  const auto application = keyed_application(context, request);
  if (!application) return Failure{application.error()};
  identity::NewSecret wanted{.application = (*application)->application_id};
  BodyMembers body(request.body);
  if (auto credential = body.object("passwordCredential")) {
    wanted.display_name = credential->text("displayName");
    wanted.ends = credential->time("endDateTime");
    body.adopt(*credential);
  }
  if (body.error()) return Failure{*body.error()};
  auto made = identity::add_secret(admin_context(context), wanted);
  if (!made) return Failure{admin_refusal(made.error())};
  boost::json::object credential = password_credential_json(made->record);
  credential["secretText"] = made->secret;
  return DirectoryReply{
      resource_reply(context, 200, "microsoft.graph.passwordCredential", credential),
      std::move(made->rows)};
}

}  // namespace parley::operations::directory
