#include <iostream>

#include "cli/directory_lookup.hpp"
#include "cli/table_text.hpp"
#include "cli/verbs.hpp"
#include "crypto/system_random.hpp"
#include "identity/secrets.hpp"

namespace parley::cli {
namespace {

/// 96 random bits: enough for a password that is checked by scrypt, and still copied by hand.
constexpr std::size_t kPasswordLength = 16;

std::string capitalised(std::string name) {
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 32);
  return name;
}

/// `name@domain`: a name without a domain gets the tenant's.
Result<std::string, ApiFailure> whole_name(ApiClient& api, const std::string& name,
                                           const std::string& tenant) {
  if (name.find('@') != name.npos) return name;
  const auto tenants = list_tenants(api);
  if (!tenants) return Failure{tenants.error()};
  const auto chosen = choose_tenant(*tenants, tenant);
  if (!chosen) return Failure{chosen.error()};
  return name + "@" + chosen->domain;
}

std::string choose_password(bool from_stdin) {
  if (!from_stdin) {
    crypto::SystemRandom random;
    return identity::make_secret(random).substr(0, kPasswordLength);
  }
  std::string password;
  std::getline(std::cin, password);
  return password;
}

}  // namespace

VerbResult run(ApiClient& api, std::ostream& out, const UserCreate& arguments) {
  const auto name = whole_name(api, arguments.name, arguments.connection.tenant);
  if (!name) return Failure{name.error()};
  const std::string password = choose_password(arguments.password_from_stdin);
  const std::string display = arguments.display_name.empty()
                                  ? capitalised(name->substr(0, name->find('@')))
                                  : arguments.display_name;
  const auto made = api.post("/v1.0/users" + tenant_query(arguments.connection.tenant),
                             {{"accountEnabled", true},
                              {"displayName", display},
                              {"userPrincipalName", *name},
                              {"passwordProfile", {{"password", password}}}});
  if (!made) return Failure{made.error()};
  out << "user      " << text_at(*made, "/userPrincipalName") << '\n';
  if (!arguments.password_from_stdin) {
    out << "password  " << password << "   (shown this once)\n";
  }
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const UserList& arguments) {
  const auto listed = api.get("/v1.0/users" + tenant_query(arguments.connection.tenant));
  if (!listed) return Failure{listed.error()};
  TableText table({"USER", "NAME", "ID"});
  for (const model::Json& user : listed->at("value").as_array()) {
    table.add(
        {text_at(user, "/userPrincipalName"), text_at(user, "/displayName"), text_at(user, "/id")});
  }
  table.print(out);
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const UserRemove& arguments) {
  const auto name = whole_name(api, arguments.name, arguments.connection.tenant);
  if (!name) return Failure{name.error()};
  const auto removed = api.remove("/v1.0/users/" + url_encoded(*name));
  if (!removed) return Failure{removed.error()};
  out << *name << " is removed.\n";
  return {};
}

}  // namespace parley::cli
