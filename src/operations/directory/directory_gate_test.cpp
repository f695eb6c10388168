#include "operations/directory/directory_gate.hpp"

#include "operations/directory/directory_test_support.hpp"

namespace parley::operations::directory {
namespace {

const std::string kAdmin = "Bearer " + std::string(DirectoryHost::kToken);

TEST(DirectoryGate, TakesTheAdministratorsTokenOnly) {
  DirectoryHost host;
  const auto status = [&](std::string authorization) {
    return host
        .handle({.method = "GET", .path = "/v1.0/users", .authorization = std::move(authorization)})
        .status;
  };
  EXPECT_EQ(status(kAdmin), 200);
  EXPECT_EQ(status("bearer " + std::string(DirectoryHost::kToken)), 200);
  EXPECT_EQ(status(""), 401);
  EXPECT_EQ(status("Bearer "), 401);
  EXPECT_EQ(status(kAdmin + "x"), 401);
  EXPECT_EQ(status("Basic " + std::string(DirectoryHost::kToken)), 401);
}

TEST(DirectoryGate, AsksForTheTokenBeforeItTellsWhatThereIs) {
  DirectoryHost host;
  EXPECT_EQ(host.handle({.method = "GET", .path = "/v1.0/users/x/messages"}).status, 401);
  EXPECT_EQ(host.send("GET", "/v1.0/users/x/messages").status, 501);
}

TEST(DirectoryGate, NamesWhatIsNotImplemented) {
  DirectoryHost host;
  const Reply messages = host.send("GET", "/v1.0/users/alice/messages");
  EXPECT_EQ(messages.status, 501);
  EXPECT_NE(messages.body.find("GET /v1.0/users/alice/messages"), std::string::npos);
  EXPECT_EQ(host.send("PUT", "/v1.0/applications").status, 501);
  EXPECT_EQ(host.send("GET", "/beta/applications").status, 501);
  const Reply top = host.send("GET", "/v1.0/users", "", "$top=5");
  EXPECT_EQ(top.status, 501);
  EXPECT_NE(top.body.find("$top"), std::string::npos);
  EXPECT_EQ(host.send("GET", "/v1.0/users", "", "$filter=x").status, 501);
}

TEST(DirectoryGate, LeavesOtherPathsAlone) {
  EXPECT_FALSE(find_directory_route("GET", "/v1.0/communications/calls/1"));
  EXPECT_FALSE(find_directory_route("GET", "/"));
  EXPECT_FALSE(find_directory_route("GET", "/parley/calls/1"));
  EXPECT_FALSE(find_directory_route("GET", "/v1.0/usersandmore"));
}

TEST(DirectoryGate, FindsEveryRowOfTheTable) {
  for (const DirectoryRow& row : directory_table()) {
    std::string path = "/" + std::string(row.path);
    for (std::size_t at = 0; (at = path.find("{}")) != path.npos;) path.replace(at, 2, "key");
    const auto route = find_directory_route(method_name(row.method), path);
    ASSERT_TRUE(route && *route) << path;
    EXPECT_EQ((*route)->row, &row);
  }
}

TEST(DirectoryGate, WantsAJsonObject) {
  DirectoryHost host;
  EXPECT_EQ(host.send("POST", "/parley/tenants", "[]").status, 400);
  EXPECT_EQ(host.send("POST", "/parley/tenants", "{").status, 400);
  EXPECT_EQ(host.handle({.method = "POST",
                         .path = "/parley/tenants",
                         .authorization = kAdmin,
                         .content_type = "text/plain",
                         .body = "{}"})
                .status,
            415);
  EXPECT_EQ(host.send("GET", "/v1.0/users", "", "a=%zz").status, 400);
}

TEST(CallReportGate, NamesTheCall) {
  const identity::Administrator administrator(DirectoryHost::kToken);
  const auto read = [&](std::string_view method, std::string_view path, std::string_view token) {
    return read_call_report_request({.method = method, .path = path, .authorization = token},
                                    administrator);
  };
  const std::string path = "/parley/calls/11111111-2222-4333-8444-555555555555";
  const auto found = read("GET", path, kAdmin);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(to_text(**found), path.substr(14));
  EXPECT_EQ(read("GET", path, "Bearer no")->error().status, 401);
  EXPECT_EQ(read("POST", path, kAdmin)->error().status, 405);
  EXPECT_EQ(read("GET", "/parley/calls/x", kAdmin)->error().status, 404);
  EXPECT_FALSE(read("GET", "/parley/tenants", kAdmin));
}

}  // namespace
}  // namespace parley::operations::directory
