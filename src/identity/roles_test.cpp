#include "identity/roles.hpp"

namespace parley::identity {
namespace {

TEST(Roles, EachIsFoundByItsNameAndItsId) {
  std::size_t at = 0;
  for (const Role role : all_roles()) {
    EXPECT_EQ(static_cast<std::size_t>(role), at++) << "the table follows the enum";
    EXPECT_EQ(role_named(role_name(role)), role);
    if (const auto id = role_id(role)) {
      EXPECT_EQ(role_with_id(*id), role);
    }
  }
  EXPECT_EQ(role_with_id(*Uuid::parse("A7A681DC756E4909B988F160EDC6655F")),
            Role::calls_access_media_all);
}

TEST(Roles, DocumentedSpellingsAreOneRole) {
  for (const char* const name :
       {"Calls.JoinGroupCallAsGuest.All", "Calls.JoinGroupCallasGuest.All",
        "Calls.JoinGroupCallsasGuest.All", "Calls.JoinGroupCallsAsGuest.All"}) {
    EXPECT_EQ(role_named(name), Role::calls_join_group_call_as_guest_all) << name;
  }
  EXPECT_EQ(role_named("Calls.InitiateGroupCalls.All"), Role::calls_initiate_group_call_all);
  EXPECT_EQ(role_named("Calls.JoinGroupCalls.All"), Role::calls_join_group_call_all);
  EXPECT_EQ(role_named("calls.accessmedia.ALL"), Role::calls_access_media_all);
}

TEST(Roles, UnknownNamesAndIdsAreNone) {
  EXPECT_EQ(role_named(""), std::nullopt);
  EXPECT_EQ(role_named("Calls.Everything.All"), std::nullopt);
  EXPECT_EQ(role_named("Calls.Initiate.All "), std::nullopt);
  EXPECT_EQ(role_with_id(Uuid{}), std::nullopt);
}

TEST(RoleSet, HoldsWhatWasInserted) {
  RoleSet roles;
  EXPECT_TRUE(roles.empty());
  roles.insert(Role::presence_read_write_all);
  roles.insert(Role::calls_initiate_all);
  EXPECT_TRUE(roles.contains(Role::calls_initiate_all));
  EXPECT_FALSE(roles.contains(Role::calls_access_media_all));
  EXPECT_EQ(roles.names(),
            (std::vector<std::string_view>{"Calls.Initiate.All", "Presence.ReadWrite.All"}));
}

}  // namespace
}  // namespace parley::identity
