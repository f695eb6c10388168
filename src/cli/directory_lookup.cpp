#include "cli/directory_lookup.hpp"

#include "base/text.hpp"

namespace parley::cli {
namespace {

std::string domains_of(const Tenants& tenants) {
  std::string domains;
  for (const Tenant& tenant : tenants.all) {
    if (!domains.empty()) domains += ", ";
    domains += tenant.domain;
  }
  return domains;
}

/// The applications of that name or id, in one tenant.
Result<void, ApiFailure> collect(ApiClient& api, const Tenant& tenant, const std::string& name,
                                 std::vector<model::Json>& found) {
  const auto listed = api.get("/v1.0/applications" + tenant_query(tenant.id));
  if (!listed) return Failure{listed.error()};
  for (const model::Json& application : listed->at("value").as_array()) {
    if (equal_ignoring_case(text_at(application, "/appId"), name) ||
        equal_ignoring_case(text_at(application, "/displayName"), name)) {
      found.push_back(application);
    }
  }
  return {};
}

}  // namespace

Result<Tenants, ApiFailure> list_tenants(ApiClient& api) {
  const auto answer = api.get("/parley/tenants");
  if (!answer) return Failure{answer.error()};
  Tenants tenants{.public_url = text_at(*answer, "/publicUrl"), .all = {}};
  for (const model::Json& tenant : answer->at("value").as_array()) {
    tenants.all.push_back({text_at(tenant, "/id"), text_at(tenant, "/domain")});
  }
  return tenants;
}

Result<Tenant, ApiFailure> choose_tenant(const Tenants& tenants, const std::string& name) {
  if (tenants.all.empty()) {
    return Failure{
        ApiFailure{404, "There is no tenant yet. Make one with: parley tenant create DOMAIN"}};
  }
  if (name.empty() && tenants.all.size() == 1) return tenants.all.front();
  if (name.empty()) {
    return Failure{ApiFailure{
        400, "There are several tenants (" + domains_of(tenants) + "): name one with --tenant."}};
  }
  for (const Tenant& tenant : tenants.all) {
    if (equal_ignoring_case(tenant.id, name) || equal_ignoring_case(tenant.domain, name)) {
      return tenant;
    }
  }
  return Failure{
      ApiFailure{404, "There is no tenant " + name + ". There is " + domains_of(tenants) + "."}};
}

std::string tenant_query(const std::string& tenant) {
  return tenant.empty() ? "" : "?tenant=" + url_encoded(tenant);
}

ApiResult find_application(ApiClient& api, const std::string& name, const std::string& tenant) {
  const auto tenants = list_tenants(api);
  if (!tenants) return Failure{tenants.error()};
  std::vector<Tenant> searched = tenants->all;
  if (!tenant.empty()) {
    const auto chosen = choose_tenant(*tenants, tenant);
    if (!chosen) return Failure{chosen.error()};
    searched = {*chosen};
  }
  std::vector<model::Json> found;
  for (const Tenant& one : searched) {
    if (const auto added = collect(api, one, name, found); !added) return Failure{added.error()};
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return Failure{
        ApiFailure{404, "There is no application " + name + ". `parley app list` shows them."}};
  }
  std::string ids;
  for (const model::Json& application : found) ids += " " + text_at(application, "/appId");
  return Failure{ApiFailure{
      400, "Several applications are named " + name + "; say which one by its id:" + ids}};
}

Result<GrantsPath, ApiFailure> find_grants(ApiClient& api, const std::string& app_id) {
  const auto found =
      api.get("/v1.0/servicePrincipals?$filter=" + url_encoded("appId eq '" + app_id + "'"));
  if (!found) return Failure{found.error()};
  const std::string id = text_at(*found, "/value/0/id");
  if (id.empty()) {
    return Failure{
        ApiFailure{404, "There is no application " + app_id + ". `parley app list` shows them."}};
  }
  return GrantsPath{"/v1.0/servicePrincipals/" + id + "/appRoleAssignments", id};
}

}  // namespace parley::cli
