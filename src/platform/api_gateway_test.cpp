#include "platform/api_gateway.hpp"

#include <gtest/gtest.h>

#include "identity/access_tokens.hpp"
#include "identity/identity_test_support.hpp"

namespace parley::platform {
namespace {

constexpr std::string_view kCalls = "/v1.0/communications/calls";
constexpr std::string_view kCall =
    "/v1.0/communications/calls/57dab8b1-894c-409a-b240-bd8beae78896";

/// The gateway before a directory with one bot; requests are the bot's unless they say otherwise.
class ApiGateway : public testing::Test {
 protected:
  ApiGateway() {
    const identity::TokenContext context{identity_.options, *identity_.directory, now_.utc};
    token_ = identity::issue_application_token(context, identity_.random, identity_.tenant,
                                               identity_.bot, identity::ClientProof::secret)
                 ->text;
    authorization_ = "Bearer " + token_;
  }

  Gated gate(HttpRequestView request) const {
    request.authorization = authorization_;
    return gate_request(now_, request, {.api = {}, .identity = identity_.options},
                        *identity_.directory);
  }
  /// The gateway's own answer; status 0 when the request goes on to a shard.
  operations::Reply reply(std::string_view method, std::string_view path,
                          std::string_view query = {}) const {
    auto gated = gate({.id = {}, .method = method, .path = path, .query = query});
    if (auto* answered = std::get_if<operations::Reply>(&gated)) return std::move(*answered);
    return {.status = 0};
  }
  int status(std::string_view method, std::string_view path) const {
    return reply(method, path).status;
  }
  /// The status that the body of a request will be refused with; 0: it is taken.
  int body_status(std::string_view content_type, std::string_view body = "{}") const {
    const std::string path = std::string(kCall) + "/answer";
    const auto gated = gate(
        {.id = {}, .method = "POST", .path = path, .content_type = content_type, .body = body});
    const auto& parsed = std::get<ForCall>(gated).request.request.body;
    return parsed ? 0 : parsed.error().status;
  }

  static std::string header(const operations::Reply& reply, std::string_view wanted) {
    for (const auto& [name, value] : reply.headers)
      if (name == wanted) return value;
    return "";
  }

  identity::TestWorld identity_;
  Now now_{Instant{}, identity::kTestNow};
  std::string token_;
  std::string authorization_;
};

TEST_F(ApiGateway, TakesTheJsonTypeInEveryFormAndNoOther) {
  for (const char* type : {"application/json", "Application/JSON", "application/json;charset=utf-8",
                           "application/json ;charset=utf-8", " application/json\t"})
    EXPECT_EQ(body_status(type), 0) << type;
  for (const char* type :
       {"", "text/plain", "application/jsonp", "application/x; application/json"})
    EXPECT_EQ(body_status(type), 415) << type;
  EXPECT_EQ(body_status("", ""), 0) << "no body has no type";
  EXPECT_EQ(body_status("application/json", "{\"a\":"), 400);
}

/// Anybody may send one, and a shard that has calls reads it.
TEST_F(ApiGateway, RefusesATokenRequestThatIsTooLong) {
  const auto ask = [&](const std::string& form) {
    auto gated =
        gate({.id = {}, .method = "POST", .path = "/sim.test/oauth2/v2.0/token", .body = form});
    auto* refused = std::get_if<operations::Reply>(&gated);
    return refused ? std::move(*refused) : operations::Reply{.status = 0};
  };
  std::string form = "a0=1";
  for (int i = 1; i < 32; ++i) form += "&a" + std::to_string(i) + "=1";
  EXPECT_EQ(ask(form).status, 0);
  const auto refused = ask(form + "&b=1");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find(R"("error":"invalid_request")"), std::string::npos) << refused.body;
  EXPECT_EQ(ask("a=" + std::string((64u << 10) - 2, 'x')).status, 0);
  EXPECT_EQ(ask("a=" + std::string((64u << 10) - 1, 'x')).status, 400);
}

TEST_F(ApiGateway, TakesTheBearerSchemeInEveryCaseAndNoOther) {
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER ", "Bearer   "}) {
    authorization_ = scheme + token_;
    EXPECT_TRUE(std::holds_alternative<ForCall>(gate({.id = {}, .method = "GET", .path = kCall})))
        << scheme;
  }
  const std::vector<std::string> others = {
      "", "Bearer", "Bearer ", token_, "Basic " + token_, "Bearer" + token_, "Bearer x"};
  for (const std::string& given : others) {
    authorization_ = given;
    const auto refused = reply("GET", kCall);
    EXPECT_EQ(refused.status, 401) << given;
    EXPECT_TRUE(header(refused, "WWW-Authenticate").starts_with("Bearer ")) << given;
  }
}

TEST_F(ApiGateway, GivesTheDocumentByWhichWebhookTokensAreVerifiedWithoutAToken) {
  authorization_.clear();
  const auto document = reply("GET", "/v1/.well-known/OpenIdConfiguration");
  EXPECT_EQ(document.status, 200);
  EXPECT_NE(document.body.find("\"jwks_uri\""), std::string::npos) << document.body;
}

TEST_F(ApiGateway, GivesTheClientsCorrelationIdsBack) {
  const auto gated = gate({.id = {},
                           .method = "GET",
                           .path = "/v1.0/communications/nothing",
                           .client_request_id = "request of the client",
                           .scenario_id = "scenario of the client"});
  const auto& refused = std::get<operations::Reply>(gated);
  EXPECT_EQ(header(refused, "client-request-id"), "request of the client");
  EXPECT_EQ(header(refused, "scenario-id"), "scenario of the client");
}

TEST_F(ApiGateway, RefusesAMethodThatAPathDoesNotHaveAndNamesThoseItHas) {
  const std::string call(kCall);
  const auto allow = [&](std::string_view method, const std::string& path) {
    const auto refused = reply(method, path);
    EXPECT_EQ(refused.status, 405) << path;
    return header(refused, "Allow");
  };
  EXPECT_EQ(allow("PATCH", call), "GET, DELETE");
  EXPECT_EQ(allow("PATCH", call + "/operations"), "GET");
  EXPECT_EQ(allow("PATCH", call + "/operations/" + call.substr(call.rfind('/') + 1)), "GET");
  EXPECT_EQ(allow("PATCH", call + "/participants/p"), "GET, DELETE");
  EXPECT_EQ(allow("PATCH", call + "/participants"), "GET");
  EXPECT_EQ(allow("GET", call + "/answer"), "POST");
  EXPECT_EQ(allow("GET", std::string(kCalls)), "POST");
}

TEST_F(ApiGateway, TellsWhatGraphHasAndWeDoNot) {
  const std::string beta = "/beta/communications/calls/1/";
  for (const char* action :
       {"raiseHand", "lowerHand", "joinContentSharingAudioGroup", "leaveContentSharingAudioGroup",
        "participants/p/lowerHand", "participants/lowerAllHands", "participants/p/admitFromLobby",
        "participants/p/removeFromLobby", "participants/admitAllFromLobby",
        "participants/p/reportSyntheticMedia", "startRecording", "participants/p/startHoldMusic"})
    EXPECT_EQ(status("POST", beta + action), 501) << action;
  EXPECT_EQ(status("PATCH", beta + "audioRoutingGroups/g"), 501);
  EXPECT_EQ(status("POST", "/v1.0/communications/calls/logTeleconferenceDeviceQuality"), 501);
  EXPECT_EQ(status("POST", kCalls), 501);
}

TEST_F(ApiGateway, FindsNothingThatADialectDoesNotHave) {
  EXPECT_EQ(status("POST", std::string(kCall) + "/raiseHand"), 404);
  EXPECT_EQ(status("POST", std::string(kCall) + "/updateMetadata"), 404);
  EXPECT_EQ(status("POST", "/beta/app/calls/1/sendDtmfTones"), 404);
  EXPECT_EQ(status("POST", "/beta/app/calls/1/updateMetadata"), 501);
}

TEST_F(ApiGateway, TakesSelectAndTheTopOfACollection) {
  const std::string operations = std::string(kCall) + "/operations";
  const auto gated = gate({.id = {},
                           .method = "GET",
                           .path = operations,
                           .query = "%24select=id,%20status,&$top=2&x=$y"});
  const auto& query = std::get<ForCall>(gated).request.request.query;
  EXPECT_EQ(query.select, (std::vector<std::string>{"id", "status"}));
  EXPECT_EQ(query.top, 2u);
  for (const char* wrong : {"$top=", "$top=-1", "$top=2x", "$top=99999999999999999999"})
    EXPECT_EQ(reply("GET", operations, wrong).status, 400) << wrong;
}

TEST_F(ApiGateway, RefusesOtherOptionsOfODataByName) {
  for (const char* query : {"$filter=id", "%24expand=operations", "$select=id&$top=2"}) {
    const auto refused = reply("GET", kCall, query);
    EXPECT_EQ(refused.status, 501) << query;
    EXPECT_NE(refused.body.find("query option $"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("getCall"), std::string::npos) << refused.body;
  }
  EXPECT_EQ(reply("GET", kCall, "x=1").status, 0) << "a parameter of nobody's is ignored";
  EXPECT_EQ(reply("GET", kCall, "%zz").status, 400);
}

}  // namespace
}  // namespace parley::platform
