#include "base/text.hpp"
#include "operations/api_error.hpp"
#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {
namespace {

/// The text of `appId eq '…'`, the one filter there is.
std::optional<std::string> filtered_app_id(std::string_view filter) {
  constexpr std::string_view kBefore = "appId eq '";
  if (!filter.starts_with(kBefore) || !filter.ends_with("'")) return std::nullopt;
  if (filter.size() <= kBefore.size()) return std::nullopt;
  return std::string(filter.substr(kBefore.size(), filter.size() - kBefore.size() - 1));
}

boost::json::array principals_with(const identity::Directory& directory,
                                   const std::string& app_id) {
  if (equal_ignoring_case(app_id, identity::kGraphApplicationId)) {
    return {graph_service_principal_json()};
  }
  const auto id = Uuid::parse(app_id);
  const auto* const application = id ? directory.application(ApplicationId{*id}) : nullptr;
  if (!application) return {};
  return {service_principal_json(*application)};
}

}  // namespace

/// By `$filter=appId eq '…'` in the whole directory, or all of a tenant.
DirectoryResult list_service_principals(const DirectoryContext& context,
                                        const DirectoryRequest& request) {
  if (!request.filter.empty()) {
    const auto app_id = filtered_app_id(request.filter);
    if (!app_id) {
      return Failure{not_implemented("A $filter other than appId eq '…' (" + request.filter + ")")};
    }
    return DirectoryReply{
        list_reply(context, "servicePrincipals", principals_with(context.directory, *app_id))};
  }
  const auto tenant = chosen_tenant(context, request);
  if (!tenant) return Failure{tenant.error()};
  boost::json::array principals;
  for (const auto* const application : context.directory.applications_of(*tenant)) {
    principals.push_back(service_principal_json(*application));
  }
  principals.push_back(graph_service_principal_json());
  return DirectoryReply{list_reply(context, "servicePrincipals", std::move(principals))};
}

}  // namespace parley::operations::directory
