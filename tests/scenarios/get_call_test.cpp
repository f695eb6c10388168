#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

TEST(GetCall, ShowsTheWholeCall) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  const auto got = scene.world.call_api(scene.bot, "GET", call_path(scene.call));
  ASSERT_EQ(got.status, 200);
  EXPECT_EQ(text(got.body, "@odata.type"), "#microsoft.graph.call");
  EXPECT_EQ(text(got.body, "id"), scene.call);
  EXPECT_EQ(text(got.body, "state"), "established");
  EXPECT_EQ(text(got.body, "direction"), "incoming");
  EXPECT_TRUE(got.body.at("subject").is_null());
  EXPECT_FALSE(got.header("request-id").empty());
  EXPECT_EQ(got.header("OData-Version"), "4.0");
  EXPECT_EQ(got.header("scenario-id"), text(got.body, "callChainId"));
}

TEST(GetCall, ShowsTheSelectedMembersAlone) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  const auto got = scene.world.call_api(scene.bot, "GET",
                                        call_path(scene.call) + "?$select=state,direction,nothing");
  ASSERT_EQ(got.status, 200);
  EXPECT_EQ(text(got.body, "state"), "established");
  EXPECT_EQ(text(got.body, "direction"), "incoming");
  EXPECT_EQ(text(got.body, "@odata.type"), "#microsoft.graph.call");
  for (const char* member : {"id", "source", "nothing"})
    EXPECT_FALSE(got.body.as_object().contains(member)) << member;
}

TEST(GetCall, TakesTheIdInEveryForm) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  std::string undashed = scene.call;
  std::erase(undashed, '-');
  for (char& c : undashed) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(scene.world.call_api(scene.bot, "GET", call_path(undashed)).status, 200);
  EXPECT_EQ(scene.world.call_api(scene.bot, "GET", "/beta/app/calls/" + scene.call).status, 200);
  EXPECT_EQ(scene.world.call_api(scene.bot, "GET", "/v1.0/app/calls/" + scene.call).status, 404);
}

TEST(GetCall, WithoutAGoodTokenIsRefused) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  sim::Bot stranger = scene.bot;
  stranger.token = "nonsense";
  const auto refused = scene.world.call_api(stranger, "GET", call_path(scene.call));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(text(refused.body.at("error"), "code"), "InvalidAuthenticationToken");
  EXPECT_FALSE(refused.header("WWW-Authenticate").empty());
}

TEST(GetCall, SaysWhatIsWrongWithMethodAndPath) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  const auto patched = scene.world.call_api(scene.bot, "PATCH", call_path(scene.call), "{}");
  EXPECT_EQ(patched.status, 405);
  EXPECT_EQ(patched.header("Allow"), "GET, DELETE");
  EXPECT_EQ(scene.world.call_api(scene.bot, "POST", call_path(scene.call, "transfer"), "{}").status,
            501);
  EXPECT_EQ(scene.world.call_api(scene.bot, "GET", "/v1.0/communications/nothing").status, 404);
}

}  // namespace
}  // namespace parley::scenarios
