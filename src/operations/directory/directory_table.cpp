#include "operations/directory/directory_table.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "operations/api_error.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/path_segments.hpp"

namespace parley::operations::directory {
namespace {

using enum Method;

constexpr DirectoryRow kRows[] = {
    // name, method, path, takes $filter, handler
    {"listApplications", get, "v1.0/applications", false, list_applications},
    {"createApplication", post, "v1.0/applications", false, create_application},
    {"getApplication", get, "v1.0/applications/{}", false, get_application},
    {"updateApplication", patch, "v1.0/applications/{}", false, update_application},
    {"deleteApplication", delete_, "v1.0/applications/{}", false, delete_application},
    {"addPassword", post, "v1.0/applications/{}/addPassword", false, add_password},
    {"removePassword", post, "v1.0/applications/{}/removePassword", false, remove_password},
    {"addKey", post, "v1.0/applications/{}/addKey", false, add_key},
    {"removeKey", post, "v1.0/applications/{}/removeKey", false, remove_key},
    {"listServicePrincipals", get, "v1.0/servicePrincipals", true, list_service_principals},
    {"listAppRoleAssignments", get, "v1.0/servicePrincipals/{}/appRoleAssignments", false,
     list_app_role_assignments},
    {"createAppRoleAssignment", post, "v1.0/servicePrincipals/{}/appRoleAssignments", false,
     create_app_role_assignment},
    {"deleteAppRoleAssignment", delete_, "v1.0/servicePrincipals/{}/appRoleAssignments/{}", false,
     delete_app_role_assignment},
    {"listUsers", get, "v1.0/users", false, list_users},
    {"createUser", post, "v1.0/users", false, create_user},
    {"deleteUser", delete_, "v1.0/users/{}", false, delete_user},
    {"listTenants", get, "parley/tenants", false, list_tenants},
    {"createTenant", post, "parley/tenants", false, create_tenant},
};

/// What the paths of the directory begin with.
constexpr std::string_view kFamilies[] = {
    "v1.0/applications", "v1.0/servicePrincipals", "v1.0/users",
    "beta/applications", "beta/servicePrincipals", "beta/users",
    "parley/tenants"};

using Segments = std::span<const std::string_view>;

/// The keys, when the path begins with the pattern.
std::optional<std::vector<std::string>> match(Segments pattern, Segments path) {
  if (path.size() < pattern.size()) return std::nullopt;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "{}") {
      keys.emplace_back(path[i]);
    } else if (!equal_ignoring_case(pattern[i], path[i])) {
      return std::nullopt;
    }
  }
  return keys;
}

}  // namespace

std::span<const DirectoryRow> directory_table() {
  return kRows;
}

std::optional<Result<DirectoryRoute, ApiError>> find_directory_route(std::string_view method,
                                                                     std::string_view path) {
  std::string_view rest = path;
  if (rest.starts_with('/')) rest.remove_prefix(1);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto segments = split_path(rest);
  const bool ours = std::any_of(std::begin(kFamilies), std::end(kFamilies), [&](auto family) {
    return match(split_path(family), segments).has_value();
  });
  if (!ours) return std::nullopt;
  const auto wanted = method_named(method);
  for (const DirectoryRow& row : kRows) {
    const auto pattern = split_path(row.path);
    if (row.method != wanted || pattern.size() != segments.size()) continue;
    if (auto keys = match(pattern, segments)) return DirectoryRoute{&row, std::move(*keys)};
  }
  return Failure{not_implemented(std::string(method) + " " + std::string(path))};
}

}  // namespace parley::operations::directory
