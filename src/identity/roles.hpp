#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.hpp"

namespace parley::identity {

/// The application permissions of api-contract §1. Delegated permissions are not roles.
enum class Role : std::uint8_t {
  calls_initiate_all,
  calls_initiate_group_call_all,
  calls_join_group_call_all,
  calls_join_group_call_as_guest_all,
  calls_access_media_all,
  calls_join_group_calls_chat,
  calls_access_media_chat,
  calls_report_synthetic_media_all,
  online_meetings_read_all,
  online_meetings_read_write_all,
  online_meeting_artifact_read_all,
  call_records_read_all,
  call_record_pstn_calls_read_all,
  presence_read_all,
  presence_read_write_all,
};

inline constexpr std::size_t kRoleCount = 15;

/// All of them, in the order of the enum.
std::array<Role, kRoleCount> all_roles();

/// The name that tokens carry, e.g. `Calls.AccessMedia.All`.
std::string_view role_name(Role role);

/// Graph's app role id; nullopt for roles that have none in our sources. Those are granted by name.
std::optional<Uuid> role_id(Role role);

/// By its name or a spelling that Graph's documents use, in any case.
std::optional<Role> role_named(std::string_view name);
std::optional<Role> role_with_id(const Uuid& id);

/// A set of roles.
class RoleSet {
 public:
  void insert(Role role) { bits_ |= bit(role); }
  bool contains(Role role) const { return (bits_ & bit(role)) != 0; }
  bool empty() const { return bits_ == 0; }
  /// As the `roles` claim: names in the order of the enum.
  std::vector<std::string_view> names() const;

  friend bool operator==(const RoleSet&, const RoleSet&) = default;

 private:
  static std::uint32_t bit(Role role) { return std::uint32_t{1} << static_cast<unsigned>(role); }

  std::uint32_t bits_ = 0;
};

}  // namespace parley::identity
