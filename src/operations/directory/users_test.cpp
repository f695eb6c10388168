#include "identity/password.hpp"
#include "operations/directory/directory_test_support.hpp"

namespace parley::operations::directory {
namespace {

std::string user(std::string_view name, std::string_view password) {
  return R"({"displayName":"Dora","userPrincipalName":")" + std::string(name) +
         R"(","passwordProfile":{"password":")" + std::string(password) +
         R"("},"accountEnabled":true})";
}

TEST(Users, AreMadeListedAndDeleted) {
  DirectoryHost host;
  const Reply made = host.send("POST", "/v1.0/users", user("Dora@one.test", "a good password"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text_at(made, "/userPrincipalName"), "dora@one.test");
  EXPECT_EQ(made.body.find("scrypt"), std::string::npos);
  EXPECT_TRUE(identity::password_matches(
      "a good password", host.directory().user_named("dora@one.test")->password_hash));
  EXPECT_EQ(text_at(host.send("GET", "/v1.0/users"), "/value/0/id"), text_at(made, "/id"));
  EXPECT_EQ(host.send("DELETE", "/v1.0/users/DORA@one.test").status, 204);
  EXPECT_EQ(host.send("DELETE", "/v1.0/users/" + text_at(made, "/id")).status, 404);
}

TEST(Users, AreRefusedWithTheReason) {
  DirectoryHost host;
  const auto status = [&](const std::string& body) {
    return host.send("POST", "/v1.0/users", body).status;
  };
  EXPECT_EQ(status(user("dora@one.test", "short")), 400);
  EXPECT_EQ(status(user("dora@elsewhere.test", "a good password")), 400);
  EXPECT_EQ(status(R"({"displayName":"D","userPrincipalName":"d@one.test"})"), 400);
  EXPECT_EQ(status(user("dora@one.test", "a good password")), 201);
  EXPECT_EQ(status(user("dora@one.test", "a good password")), 409);
}

TEST(Tenants, MustBeNamedWhereThereAreSeveral) {
  DirectoryHost host;
  const Reply made =
      host.send("POST", "/parley/tenants", R"({"domain":"Two.test","displayName":"Two"})");
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(text_at(made, "/domain"), "two.test");
  EXPECT_EQ(text_at(host.send("GET", "/parley/tenants"), "/publicUrl"), "https://parley.test");
  const Reply unclear = host.send("GET", "/v1.0/users");
  EXPECT_EQ(unclear.status, 400);
  EXPECT_NE(unclear.body.find("one.test"), std::string::npos) << unclear.body;
  EXPECT_NE(unclear.body.find("two.test"), std::string::npos) << unclear.body;
  EXPECT_EQ(host.send("GET", "/v1.0/users", "", "tenant=two.test").status, 200);
  EXPECT_EQ(host.send("GET", "/v1.0/users", "", "tenant=" + text_at(made, "/id")).status, 200);
  EXPECT_EQ(
      host.send("POST", "/parley/tenants", R"({"domain":"two.test","displayName":"2"})").status,
      409);
}

}  // namespace
}  // namespace parley::operations::directory
