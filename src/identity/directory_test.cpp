#include "identity/directory.hpp"

#include "identity/identity_test_support.hpp"

namespace parley::identity {
namespace {

TEST(Directory, FindsByEveryName) {
  const TestWorld world;
  const Directory& directory = *world.directory;
  EXPECT_EQ(directory.tenant_named("ONE.test")->id, world.tenant.id);
  EXPECT_EQ(directory.tenant_named(to_text(world.tenant.id))->id, world.tenant.id);
  EXPECT_EQ(directory.tenant_named("three.test"), nullptr);
  EXPECT_EQ(directory.tenant_named(Uuid{}.text()), nullptr);
  EXPECT_EQ(*directory.application(world.bot.application_id), world.bot);
  EXPECT_EQ(*directory.application_with_object(world.bot.object_id), world.bot);
  EXPECT_EQ(*directory.application_with_principal(world.bot.service_principal_id), world.bot);
  EXPECT_EQ(*directory.user_named("Alice@One.Test"), world.user);
  EXPECT_EQ(*directory.user(world.user.id), world.user);
  EXPECT_EQ(directory.users_of(world.tenant.id).size(), 1u);
  EXPECT_TRUE(directory.users_of(world.other_tenant.id).empty());
  EXPECT_EQ(directory.applications_of(world.tenant.id).size(), 1u);
  EXPECT_EQ(directory.tenants().size(), 2u);
}

// An object id must not be found as a principal id, nor either as a user's name.
TEST(Directory, IdsOfOneKindAreNotTakenForAnother) {
  const TestWorld world;
  EXPECT_EQ(world.directory->application_with_principal(
                model::ServicePrincipalId{world.bot.object_id.value}),
            nullptr);
  EXPECT_EQ(world.directory->application_with_object(model::ObjectId{world.tenant.id.value}),
            nullptr);
}

TEST(Directory, RolesAreOfOneTenantAndTodays) {
  TestWorld world;
  const auto roles = [&](const model::TenantRecord& tenant) {
    return world.directory->roles(tenant.id, world.bot.application_id);
  };
  EXPECT_TRUE(roles(world.tenant).contains(Role::calls_initiate_all));
  EXPECT_TRUE(roles(world.other_tenant).empty());
  EXPECT_FALSE(world.directory->is_known_in(world.other_tenant.id, world.bot));
  const auto grant = world.keep(grant_role(
      world.admin(), {world.other_tenant.id, world.bot.application_id, "Calls.AccessMedia.All"}));
  EXPECT_TRUE(roles(world.other_tenant).contains(Role::calls_access_media_all));
  EXPECT_FALSE(roles(world.tenant).contains(Role::calls_access_media_all));
  EXPECT_TRUE(world.directory->is_known_in(world.other_tenant.id, world.bot));
  world.apply(*revoke_grant(world.admin(), grant.id));
  EXPECT_TRUE(roles(world.other_tenant).empty());
}

TEST(Directory, AChangeLeavesTheSnapshotBeforeItAlone) {
  TestWorld world;
  const auto before = world.directory;
  model::TenantRecord renamed = world.tenant;
  renamed.domain = "renamed.test";
  world.apply(model::RowChanges{model::Row(renamed)});
  EXPECT_NE(before->tenant_named("one.test"), nullptr);
  EXPECT_EQ(before->tenant_named("renamed.test"), nullptr);
  EXPECT_EQ(world.directory->tenant_named("one.test"), nullptr);
  EXPECT_EQ(world.directory->tenant_named("renamed.test")->id, world.tenant.id);
  EXPECT_EQ(before->user(world.user.id), world.directory->user(world.user.id))
      << "tables that did not change are shared";
}

TEST(Directory, PassesOverRecordsOfCalls) {
  const TestWorld world;
  const auto after = world.directory->with(
      model::RowChanges{model::Row(model::CallRecord{}),
                        model::EraseRow(model::Erase<model::RecordingRecord>{OperationId{}})});
  EXPECT_EQ(after->tenants().size(), 2u);
}

}  // namespace
}  // namespace parley::identity
