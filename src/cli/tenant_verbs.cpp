#include <ostream>

#include "cli/directory_lookup.hpp"
#include "cli/table_text.hpp"
#include "cli/verbs.hpp"

namespace parley::cli {

VerbResult run(ApiClient& api, std::ostream& out, const TenantCreate& arguments) {
  const std::string& display =
      arguments.display_name.empty() ? arguments.domain : arguments.display_name;
  const auto made =
      api.post("/parley/tenants", {{"domain", arguments.domain}, {"displayName", display}});
  if (!made) return Failure{made.error()};
  out << "PARLEY_TENANT=" << text_at(*made, "/id") << '\n';
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const TenantList&) {
  const auto tenants = list_tenants(api);
  if (!tenants) return Failure{tenants.error()};
  TableText table({"TENANT", "DOMAIN"});
  for (const Tenant& tenant : tenants->all) table.add({tenant.id, tenant.domain});
  table.print(out);
  return {};
}

}  // namespace parley::cli
