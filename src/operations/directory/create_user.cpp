#include "operations/directory/body_members.hpp"
#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {

/// Body: `displayName`, `userPrincipalName`, `passwordProfile {password}`. The password is given
/// out to be hashed after everything else was found well.
DirectoryResult create_user(const DirectoryContext& context, const DirectoryRequest& request) {
  BodyMembers body(request.body);
  identity::NewUser wanted;
  wanted.display_name = body.required_text("displayName");
  wanted.user_name = body.required_text("userPrincipalName");
  std::string password;
  if (auto profile = body.object("passwordProfile")) {
    password = profile->required_text("password");
    body.adopt(*profile);
  } else {
    body.refuse("passwordProfile", "an object with the password is needed");
  }
  if (body.error()) return Failure{*body.error()};
  const auto tenant = chosen_tenant(context, request);
  if (!tenant) return Failure{tenant.error()};
  wanted.tenant = *tenant;
  if (const auto fits = identity::check_password(password); !fits) {
    return Failure{admin_refusal(fits.error())};
  }
  wanted.password_hash = request.password_hash;
  auto made = identity::create_user(admin_context(context), wanted);
  if (!made) return Failure{admin_refusal(made.error())};
  if (request.password_hash.empty()) return DirectoryReply{.password_to_hash = password};
  return DirectoryReply{resource_reply(context, 201, "users/$entity", user_json(made->record)),
                        std::move(made->rows)};
}

}  // namespace parley::operations::directory
