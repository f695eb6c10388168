#include "identity/access_tokens.hpp"

#include "identity/discovery.hpp"
#include "identity/identity_test_support.hpp"

namespace parley::identity {
namespace {

using std::chrono::minutes;

class AccessTokens : public ::testing::Test {
 protected:
  TokenContext context(UtcTime now = kTestNow) { return {world_.options, *world_.directory, now}; }
  std::string application_token() {
    return issue_application_token(context(), world_.random, world_.tenant, world_.bot,
                                   ClientProof::secret)
        ->text;
  }
  std::string user_token() { return issue_user_token(context(), world_.random, world_.user)->text; }
  model::RecordingRecord recording() {
    model::RecordingRecord record;
    record.operation_id = OperationId{Uuid{{7}}};
    record.tenant_id = world_.tenant.id;
    record.application_id = world_.bot.application_id;
    return record;
  }

  TestWorld world_;
};

TEST_F(AccessTokens, ApplicationTokenGivesThePrincipal) {
  const auto principal = verify_application_token(context(), application_token());
  ASSERT_TRUE(principal) << principal.error().text;
  EXPECT_EQ(principal->tenant, world_.tenant.id);
  EXPECT_EQ(principal->application, world_.bot.application_id);
  EXPECT_EQ(principal->roles.names(), std::vector<std::string_view>{"Calls.Initiate.All"});
}

TEST_F(AccessTokens, RolesAreTodaysGrantsNotTheTokens) {
  const std::string token = application_token();
  world_.apply(*revoke_grant(world_.admin(),
                             world_.directory->grants_of(world_.bot.application_id).front()->id));
  EXPECT_TRUE(verify_application_token(context(), token)->roles.empty());
  world_.keep(grant_role(world_.admin(),
                         {world_.tenant.id, world_.bot.application_id, "Calls.AccessMedia.All"}));
  EXPECT_TRUE(
      verify_application_token(context(), token)->roles.contains(Role::calls_access_media_all));
}

TEST_F(AccessTokens, RefusalsNameTheReason) {
  const std::string token = application_token();
  const auto text = [&](const TokenContext& at, std::string_view given) {
    const auto verdict = verify_application_token(at, given);
    return verdict ? std::string("taken") : verdict.error().text;
  };
  EXPECT_EQ(text(context(kTestNow + minutes(65)), token),
            "the token has expired; get a new one from the token endpoint.");
  EXPECT_EQ(text(context(kTestNow - minutes(6)), token),
            "the token is not valid yet; compare the clocks.");
  EXPECT_EQ(text(context(), user_token()),
            "the token is for another audience; expected https://graph.microsoft.com.");
  IdentityOptions moved = world_.options;
  moved.public_url = "https://elsewhere.test";
  EXPECT_EQ(text({moved, *world_.directory, kTestNow}, token),
            "the token has another issuer; expected https://elsewhere.test/" +
                to_text(world_.tenant.id) + "/v2.0.");
  EXPECT_EQ(text(context(), "nonsense"),
            "the token is not three base64url parts joined by dots, the first two JSON objects.");
  world_.apply(*remove_application(world_.admin(), world_.bot.application_id));
  EXPECT_EQ(text(context(), token), "the token is of no application that exists here.");
}

TEST_F(AccessTokens, TokenOfAForgottenKeyIsRefused) {
  const std::string token = application_token();
  world_.apply(model::RowChanges{
      model::EraseRow(model::Erase<model::SigningKeyRecord>{test_token_key().kid}),
      model::Row(make_signing_key(kTestNow, crypto::SignatureAlgorithm::es256))});
  EXPECT_FALSE(verify_application_token(context(), token));
  EXPECT_TRUE(verify_application_token(context(), application_token())) << "ES256 works as well";
}

// Each kind of token opens its own door and no other.
TEST_F(AccessTokens, KindsDoNotStandInForOneAnother) {
  WebhookTokens webhooks;
  const std::vector<std::string> tokens = {
      application_token(), user_token(), issue_recording_token(context(), recording())->text,
      *webhooks.token_for(context(), world_.tenant.id, world_.bot.application_id)};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    EXPECT_EQ(verify_application_token(context(), tokens[i]).ok(), i == 0) << i;
    EXPECT_EQ(verify_user_token(context(), tokens[i]).ok(), i == 1) << i;
    EXPECT_EQ(verify_recording_token(context(), tokens[i], recording().operation_id).ok(), i == 2)
        << i;
  }
}

TEST_F(AccessTokens, UserTokenGivesTheUserWhileTheyExist) {
  const std::string token = user_token();
  const auto user = verify_user_token(context(), token);
  ASSERT_TRUE(user) << user.error().text;
  EXPECT_EQ(user->user, world_.user.id);
  EXPECT_EQ(user->user_name, "alice@one.test");
  EXPECT_EQ(user->display_name, "Alice");
  world_.apply(*remove_user(world_.admin(), world_.user.id));
  EXPECT_FALSE(verify_user_token(context(), token));
}

TEST_F(AccessTokens, RecordingTokenOpensOneRecording) {
  const std::string token = issue_recording_token(context(), recording())->text;
  EXPECT_EQ(*verify_recording_token(context(), token, recording().operation_id), world_.tenant.id);
  EXPECT_FALSE(verify_recording_token(context(), token, OperationId{Uuid{{8}}}));
  EXPECT_FALSE(verify_recording_token(context(kTestNow + std::chrono::hours(25)), token,
                                      recording().operation_id));
}

TEST_F(AccessTokens, WebhookTokenHasTheDocumentedClaims) {
  WebhookTokens webhooks;
  const auto token = webhooks.token_for(context(), world_.tenant.id, world_.bot.application_id);
  const Jwt jwt = *peek_jwt(*token);
  EXPECT_EQ(jwt.text("iss"),
            discovery_document(world_.options, world_.tenant.id).at("issuer").as_string());
  EXPECT_EQ(jwt.text("aud"), to_text(world_.bot.application_id));
  EXPECT_EQ(jwt.text("tid"), to_text(world_.tenant.id));
  EXPECT_EQ(jwt.time("iat"), kTestNow);
  EXPECT_EQ(jwt.time("nbf"), kTestNow);
  EXPECT_EQ(jwt.time("exp"), kTestNow + std::chrono::seconds(3900));
  world_.options.webhook_issuer = "https://api.botframework.com";
  WebhookTokens pinned;
  EXPECT_EQ(peek_jwt(*pinned.token_for(context(), world_.tenant.id, world_.bot.application_id))
                ->text("iss"),
            "https://api.botframework.com");
}

TEST_F(AccessTokens, WebhookTokenIsSignedOnceInAWhile) {
  WebhookTokens webhooks;
  const auto at = [&](UtcTime now, TenantId tenant) {
    return *webhooks.token_for(context(now), tenant, world_.bot.application_id);
  };
  const std::string first = at(kTestNow, world_.tenant.id);
  EXPECT_EQ(at(kTestNow + minutes(4), world_.tenant.id), first);
  EXPECT_NE(at(kTestNow + minutes(4), world_.other_tenant.id), first);
  const std::string second = at(kTestNow + minutes(5), world_.tenant.id);
  EXPECT_NE(second, first);
  world_.apply(model::RowChanges{
      model::EraseRow(model::Erase<model::SigningKeyRecord>{test_token_key().kid}),
      model::Row(make_signing_key(kTestNow, crypto::SignatureAlgorithm::es256))});
  EXPECT_NE(at(kTestNow + minutes(6), world_.tenant.id), second) << "the key has changed";
}

TEST_F(AccessTokens, DiscoveryAgreesWithTheTokens) {
  const model::Json document = discovery_document(world_.options, world_.tenant.id);
  const std::string base = "https://parley.test:8443/" + to_text(world_.tenant.id);
  EXPECT_EQ(document.at("issuer").as_string(), base + "/v2.0");
  EXPECT_EQ(document.at("token_endpoint").as_string(), base + "/oauth2/v2.0/token");
  EXPECT_EQ(document.at("jwks_uri").as_string(), base + "/discovery/v2.0/keys");
  EXPECT_TRUE(document.as_object().contains("authorization_endpoint"));
  EXPECT_EQ(peek_jwt(application_token())->text("iss"), base + "/v2.0");
  EXPECT_EQ(webhook_discovery_document(world_.options).at("issuer").as_string(),
            "https://parley.test:8443/{tenantid}/v2.0");
  world_.options.issuer = "https://sts.windows.net/{tenantid}/";
  EXPECT_EQ(issuer_of(world_.options, world_.tenant.id),
            "https://sts.windows.net/" + to_text(world_.tenant.id) + "/");
  EXPECT_TRUE(verify_application_token(context(), application_token()));
}

}  // namespace
}  // namespace parley::identity
