#pragma once

#include <string>
#include <vector>

#include "cli/api_client.hpp"

/// Finding what people name on the command line.
namespace parley::cli {

struct Tenant {
  std::string id;
  std::string domain;
};

/// The server's tenants, and the URL that it calls itself.
struct Tenants {
  std::string public_url;
  std::vector<Tenant> all;
};
Result<Tenants, ApiFailure> list_tenants(ApiClient& api);

/// The tenant of that id or domain; without a name, the only one there is.
Result<Tenant, ApiFailure> choose_tenant(const Tenants& tenants, const std::string& name);

/// `?tenant=…`, or nothing for an empty name.
std::string tenant_query(const std::string& tenant);

/// The application's Graph JSON. @param name  its application id or, in any case, its display name
/// @param tenant  where to look; empty: everywhere
ApiResult find_application(ApiClient& api, const std::string& name, const std::string& tenant);

/// The path of an application's grants: `/v1.0/servicePrincipals/{id}/appRoleAssignments`, and the
/// id in it.
struct GrantsPath {
  std::string path;
  std::string principal_id;
};
Result<GrantsPath, ApiFailure> find_grants(ApiClient& api, const std::string& app_id);

}  // namespace parley::cli
