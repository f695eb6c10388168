#include <ostream>

#include "cli/app_requests.hpp"
#include "cli/verbs.hpp"

namespace parley::cli {
namespace {

/// What a bot is told in its environment.
struct BotEnvironment {
  std::string url;
  std::string tenant;
  std::string app_id;
  std::string secret;
};

void print(std::ostream& out, const BotEnvironment& bot, const ServerPlace& place) {
  out << "PARLEY_URL=" << bot.url << "\nPARLEY_TENANT=" << bot.tenant
      << "\nPARLEY_APP_ID=" << bot.app_id << "\nPARLEY_APP_SECRET=" << bot.secret << '\n';
  std::error_code unreadable;
  if (std::filesystem::exists(place.authority_file(), unreadable)) {
    out << "NODE_EXTRA_CA_CERTS=" << std::filesystem::absolute(place.authority_file()).string()
        << '\n';
  }
}

/// Everything after the application itself; the answer is its secret.
Result<std::string, ApiFailure> furnish(ApiClient& api, const model::Json& application,
                                        const AppCreate& arguments) {
  const std::string object = "/v1.0/applications/" + text_at(application, "/id");
  if (!arguments.certificate.empty()) {
    const auto added = add_certificate(api, object, arguments.certificate);
    if (!added) return Failure{added.error()};
  }
  const auto grants = find_grants(api, text_at(application, "/appId"));
  if (!grants) return Failure{grants.error()};
  for (const std::string& role : arguments.roles) {
    const auto granted = grant(api, *grants, role, arguments.connection.tenant);
    if (!granted) return Failure{granted.error()};
  }
  return add_secret(api, object);
}

}  // namespace

VerbResult run(ApiClient& api, std::ostream& out, const AppCreate& arguments) {
  const auto tenants = list_tenants(api);
  if (!tenants) return Failure{tenants.error()};
  const auto tenant = choose_tenant(*tenants, arguments.connection.tenant);
  if (!tenant) return Failure{tenant.error()};
  model::Json body = {{"displayName", arguments.name}};
  if (!arguments.webhook.empty()) {
    body.as_object()["calling"] = calling_json(arguments.webhook, arguments.dialect);
  }
  const auto made = api.post("/v1.0/applications" + tenant_query(tenant->id), body);
  if (!made) return Failure{made.error()};
  const auto secret = furnish(api, *made, arguments);
  if (!secret) {
    // Half an application helps nobody: the command can be given again as it was.
    const auto removed = api.remove("/v1.0/applications/" + text_at(*made, "/id"));
    return Failure{ApiFailure{secret.error().status,
                              secret.error().text + (removed ? " Nothing was created." : "")}};
  }
  const std::string app_id = text_at(*made, "/appId");
  out << "# The environment of the bot " << arguments.name
      << ". The secret is shown this once; `parley app secret` makes another.\n";
  print(out, {tenants->public_url, tenant->id, app_id, *secret}, api.place());
  if (arguments.roles.empty()) {
    out << "# It answers calls and plays prompts. More needs a role: parley app grant " << app_id
        << " Calls.AccessMedia.All (`parley app roles` lists all)\n";
  }
  return {};
}

}  // namespace parley::cli
