#include "identity/roles.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace parley::identity {
namespace {

struct RoleInfo {
  Role role;
  std::string_view name;
  std::string_view id;                       ///< empty: none known
  std::array<std::string_view, 2> variants;  ///< other spellings, compared without case
};

// api-contract §1, "Permission names".
constexpr std::array<RoleInfo, kRoleCount> kRoles{{
    {Role::calls_initiate_all, "Calls.Initiate.All", "284383ee-7f6e-4e40-a2a8-e85dcb029101", {}},
    {Role::calls_initiate_group_call_all,
     "Calls.InitiateGroupCall.All",
     "4c277553-8a09-487b-8023-29ee378d8324",
     {"Calls.InitiateGroupCalls.All"}},
    {Role::calls_join_group_call_all,
     "Calls.JoinGroupCall.All",
     "f6b49018-60ab-4f81-83bd-22caeabfed2d",
     {"Calls.JoinGroupCalls.All"}},
    {Role::calls_join_group_call_as_guest_all,
     "Calls.JoinGroupCallAsGuest.All",
     "fd7ccf6b-3d28-418b-9701-cd10f5cd2fd4",
     {"Calls.JoinGroupCallsAsGuest.All"}},
    {Role::calls_access_media_all,
     "Calls.AccessMedia.All",
     "a7a681dc-756e-4909-b988-f160edc6655f",
     {}},
    {Role::calls_join_group_calls_chat, "Calls.JoinGroupCalls.Chat", "", {}},
    {Role::calls_access_media_chat, "Calls.AccessMedia.Chat", "", {}},
    {Role::calls_report_synthetic_media_all, "Calls.ReportSyntheticMedia.All", "", {}},
    {Role::online_meetings_read_all,
     "OnlineMeetings.Read.All",
     "c1684f21-1984-47fa-9d61-2dc8c296bb70",
     {}},
    {Role::online_meetings_read_write_all,
     "OnlineMeetings.ReadWrite.All",
     "b8bb2037-6e08-44ac-a4ea-4674e010e2a4",
     {}},
    {Role::online_meeting_artifact_read_all,
     "OnlineMeetingArtifact.Read.All",
     "df01ed3b-eb61-4eca-9965-6b3d789751b2",
     {}},
    {Role::call_records_read_all,
     "CallRecords.Read.All",
     "45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8",
     {}},
    {Role::call_record_pstn_calls_read_all, "CallRecord-PstnCalls.Read.All", "", {}},
    {Role::presence_read_all, "Presence.Read.All", "", {}},
    {Role::presence_read_write_all, "Presence.ReadWrite.All", "", {}},
}};

const RoleInfo& info(Role role) {
  return kRoles[static_cast<std::size_t>(role)];
}

}  // namespace

std::array<Role, kRoleCount> all_roles() {
  std::array<Role, kRoleCount> roles{};
  std::transform(kRoles.begin(), kRoles.end(), roles.begin(), [](const auto& r) { return r.role; });
  return roles;
}

std::string_view role_name(Role role) {
  return info(role).name;
}

std::optional<Uuid> role_id(Role role) {
  return Uuid::parse(info(role).id);
}

std::optional<Role> role_named(std::string_view name) {
  for (const RoleInfo& known : kRoles) {
    if (equal_ignoring_case(name, known.name)) return known.role;
    for (const std::string_view variant : known.variants) {
      if (!variant.empty() && equal_ignoring_case(name, variant)) return known.role;
    }
  }
  return std::nullopt;
}

std::optional<Role> role_with_id(const Uuid& id) {
  for (const RoleInfo& known : kRoles) {
    if (role_id(known.role) == id) return known.role;
  }
  return std::nullopt;
}

std::vector<std::string_view> RoleSet::names() const {
  std::vector<std::string_view> names;
  for (const RoleInfo& known : kRoles) {
    if (contains(known.role)) names.push_back(known.name);
  }
  return names;
}

}  // namespace parley::identity
