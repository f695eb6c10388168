#include "operations/directory/directory_test_support.hpp"

namespace parley::operations::directory {
namespace {

/// A bot, and the path of its grants.
struct Bot {
  explicit Bot(DirectoryHost& host) {
    app_id = text_at(host.send("POST", "/v1.0/applications", R"({"displayName":"bot"})"), "/appId");
    const Reply found =
        host.send("GET", "/v1.0/servicePrincipals", "", "$filter=appId%20eq%20'" + app_id + "'");
    principal = text_at(found, "/value/0/id");
    grants = "/v1.0/servicePrincipals/" + principal + "/appRoleAssignments";
  }
  std::string body(std::string_view role) const {
    return R"({"principalId":")" + principal + R"(","resourceId":")" +
           std::string(identity::kGraphServicePrincipalId) + R"(","appRoleId":")" +
           std::string(role) + R"("})";
  }
  std::string app_id;
  std::string principal;
  std::string grants;
};

TEST(Grants, AreMadeListedAndRevoked) {
  DirectoryHost host;
  const Bot bot(host);
  const Reply made = host.send("POST", bot.grants, bot.body("Calls.Initiate.All"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text_at(made, "/role"), "Calls.Initiate.All");
  EXPECT_EQ(text_at(made, "/appRoleId"),
            identity::role_id(identity::Role::calls_initiate_all)->text());
  const ApplicationId app{*Uuid::parse(bot.app_id)};
  const TenantId tenant = host.directory().tenants().front()->id;
  EXPECT_TRUE(host.directory().roles(tenant, app).contains(identity::Role::calls_initiate_all));
  EXPECT_EQ(text_at(host.send("GET", bot.grants), "/value/0/id"), text_at(made, "/id"));

  EXPECT_EQ(host.send("POST", bot.grants, bot.body("Calls.Initiate.All")).status, 409);
  EXPECT_EQ(host.send("DELETE", bot.grants + "/" + text_at(made, "/id")).status, 204);
  EXPECT_EQ(host.send("DELETE", bot.grants + "/" + text_at(made, "/id")).status, 404);
  EXPECT_TRUE(host.directory().roles(tenant, app).empty());
}

TEST(Grants, TakeRolesByGraphsIds) {
  DirectoryHost host;
  const Bot bot(host);
  const Reply graph =
      host.send("GET", "/v1.0/servicePrincipals", "",
                "$filter=appId+eq+'" + std::string(identity::kGraphApplicationId) + "'");
  EXPECT_EQ(text_at(graph, "/value/0/id"), identity::kGraphServicePrincipalId);
  const std::string role = text_at(graph, "/value/0/appRoles/0/id");
  EXPECT_EQ(host.send("POST", bot.grants, bot.body(role)).status, 201);
}

TEST(Grants, EveryListedRoleCanBeGranted) {
  DirectoryHost host;
  const Bot bot(host);
  const Reply all = host.send("GET", "/v1.0/servicePrincipals");
  for (std::size_t i = 0; i < identity::kRoleCount; ++i) {
    const std::string id = text_at(all, "/value/1/appRoles/" + std::to_string(i) + "/id");
    EXPECT_EQ(host.send("POST", bot.grants, bot.body(id)).status, 201) << id;
  }
  EXPECT_EQ(host.directory().grants_of(ApplicationId{*Uuid::parse(bot.app_id)}).size(),
            identity::kRoleCount);
}

TEST(Grants, RefuseWhatDoesNotFit) {
  DirectoryHost host;
  const Bot bot(host);
  EXPECT_EQ(host.send("POST", bot.grants, "{}").status, 400);
  EXPECT_EQ(host.send("POST", bot.grants, bot.body("Calls.Everything.All")).status, 400);
  const Bot other(host);
  EXPECT_EQ(host.send("POST", bot.grants, other.body("Calls.Initiate.All")).status, 400);
  EXPECT_EQ(host.send("GET", "/v1.0/servicePrincipals/none/appRoleAssignments").status, 404);
  EXPECT_EQ(host.send("GET", "/v1.0/servicePrincipals", "", "$filter=id eq 'x'").status, 400)
      << "spaces are not of a query";
  EXPECT_EQ(host.send("GET", "/v1.0/servicePrincipals", "", "$filter=id%20eq%20'x'").status, 501);
  const Reply none = host.send("GET", "/v1.0/servicePrincipals", "", "$filter=appId%20eq%20'x'");
  EXPECT_EQ(text_at(none, "/value"), "[]");
}

TEST(Grants, OfOneApplicationCannotBeRevokedThroughAnother) {
  DirectoryHost host;
  const Bot bot(host);
  const Bot other(host);
  const Reply made = host.send("POST", bot.grants, bot.body("Calls.Initiate.All"));
  EXPECT_EQ(host.send("DELETE", other.grants + "/" + text_at(made, "/id")).status, 404);
  EXPECT_EQ(host.directory().grants_of(ApplicationId{*Uuid::parse(bot.app_id)}).size(), 1u);
}

TEST(Grants, StandInTheTenantThatWasNamed) {
  DirectoryHost host;
  const Bot bot(host);
  host.send("POST", "/parley/tenants", R"({"domain":"two.test","displayName":"Two"})");
  const Reply made =
      host.send("POST", bot.grants, bot.body("Calls.Initiate.All"), "tenant=two.test");
  EXPECT_EQ(text_at(made, "/tenantId"), to_text(host.directory().tenant_named("two.test")->id));
  EXPECT_EQ(text_at(host.send("GET", bot.grants, "", "tenant=one.test"), "/value"), "[]");
  EXPECT_EQ(host.send("GET", bot.grants, "", "tenant=three.test").status, 404);
}

}  // namespace
}  // namespace parley::operations::directory
