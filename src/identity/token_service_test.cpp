#include "identity/token_service.hpp"

#include "crypto/hash.hpp"
#include "identity/identity_test_support.hpp"
#include "identity/secrets.hpp"

namespace parley::identity {
namespace {

using model::Json;
using std::chrono::hours;
using std::chrono::minutes;

std::int64_t seconds(UtcTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

class TokenServiceTest : public ::testing::Test {
 protected:
  FormParameters secret_form() {
    return {{"client_id", to_text(world_.bot.application_id)},
            {"client_secret", world_.secret},
            {"scope", "https://graph.microsoft.com/.default"},
            {"grant_type", "client_credentials"}};
  }

  static FormParameters with(FormParameters form, const std::string& name,
                             const std::string& value) {
    std::erase_if(form, [&](const auto& parameter) { return parameter.first == name; });
    if (!value.empty()) form.emplace_back(name, value);
    return form;
  }

  TokenAnswer post(const FormParameters& form, const std::string& tenant = "one.test") {
    return post(TokenRequest{tenant, form});
  }
  TokenAnswer post(const TokenRequest& request) {
    const TokenReply reply = service_.handle_token_request(now_, request, *world_.directory);
    EXPECT_TRUE(std::holds_alternative<TokenAnswer>(reply)) << "a password is to be checked";
    return std::get<TokenAnswer>(reply);
  }

  static std::string error(const TokenAnswer& answer) {
    const auto& body = answer.body.as_object();
    if (!body.contains("error")) return "none";
    return std::string(body.at("error").as_string()) + " " +
           std::to_string(body.at("error_codes").as_array().at(0).as_int64()) + " " +
           std::to_string(answer.status);
  }
  static std::string token(const TokenAnswer& answer) {
    EXPECT_EQ(error(answer), "none");
    return std::string(answer.body.at("access_token").as_string());
  }
  Jwt claims(const TokenAnswer& answer) { return *peek_jwt(token(answer)); }

  // A client assertion as msal-node makes it.
  Json assertion_claims() {
    const std::string id = to_text(world_.bot.application_id);
    Json made(boost::json::object_kind);
    auto& object = made.get_object();
    object["aud"] = token_endpoint(world_.options, to_text(world_.tenant.id));
    object["iss"] = id;
    object["sub"] = id;
    object["nbf"] = seconds(now_);
    object["exp"] = seconds(now_ + minutes(10));
    object["jti"] = Uuid::random(world_.random).text();
    return made;
  }
  Json thumbprint_header() const {
    Json header(boost::json::object_kind);
    header.get_object()["x5t#S256"] = to_base64url(crypto::sha256(world_.certificate));
    return header;
  }
  FormParameters assertion_form(const std::string& assertion) {
    return with(with(with(secret_form(), "client_secret", ""), "client_assertion", assertion),
                "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  }
  std::string assert_with(std::string_view claim, const Json& value) {
    Json made = assertion_claims();
    made.get_object()[claim] = value;
    return error(post(assertion_form(sign_jwt(thumbprint_header(), made, test_rsa_key()))));
  }

  FormParameters password_form() {
    return {{"client_id", std::string(kPageClientId)},
            {"grant_type", "password"},
            {"username", "Alice@one.test"},
            {"password", "correct horse"},
            {"scope", "openid"}};
  }
  PasswordCheck check(const FormParameters& form, const std::string& tenant = "one.test") {
    const TokenReply reply = service_.handle_token_request(now_, {tenant, form}, *world_.directory);
    EXPECT_TRUE(std::holds_alternative<PasswordCheck>(reply));
    return std::get<PasswordCheck>(reply);
  }
  TokenAnswer sign_in() {
    const TokenAnswer answer =
        service_.finish(now_, check(password_form()), true, *world_.directory);
    world_.apply(answer.rows);
    return answer;
  }
  FormParameters refresh_form(const TokenAnswer& answer) {
    return {{"client_id", std::string(kPageClientId)},
            {"grant_type", "refresh_token"},
            {"refresh_token", std::string(answer.body.at("refresh_token").as_string())}};
  }

  TestWorld world_;
  UtcTime now_ = kTestNow;
  TokenService service_{world_.options, world_.random};
};

TEST_F(TokenServiceTest, SecretGivesATokenWithAzureADsClaims) {
  const TokenAnswer answer = post(secret_form());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("token_type").as_string(), "Bearer");
  EXPECT_EQ(answer.body.at("expires_in").as_int64(), 3600);
  EXPECT_EQ(answer.body.at("ext_expires_in").as_int64(), 3600);
  const Jwt jwt = claims(answer);
  EXPECT_EQ(jwt.header.kid, test_token_key().kid);
  EXPECT_EQ(jwt.text("aud"), "https://graph.microsoft.com");
  EXPECT_EQ(jwt.text("iss"), "https://parley.test:8443/" + to_text(world_.tenant.id) + "/v2.0");
  EXPECT_EQ(jwt.text("tid"), to_text(world_.tenant.id));
  EXPECT_EQ(jwt.text("appid"), to_text(world_.bot.application_id));
  EXPECT_EQ(jwt.text("azp"), to_text(world_.bot.application_id));
  EXPECT_EQ(jwt.text("oid"), to_text(world_.bot.service_principal_id));
  EXPECT_EQ(jwt.text("appidacr"), "1");
  EXPECT_EQ(jwt.claims.at("roles"), json(R"(["Calls.Initiate.All"])"));
  EXPECT_EQ(jwt.time("exp"), now_ + hours(1));
  const auto principal =
      verify_application_token({world_.options, *world_.directory, now_}, token(answer));
  ASSERT_TRUE(principal) << principal.error().text;
  EXPECT_EQ(principal->application, world_.bot.application_id);
}

TEST_F(TokenServiceTest, TenantIsAnIdOrADomainInAnyCase) {
  for (const std::string& tenant : {std::string("ONE.Test"), to_text(world_.tenant.id)}) {
    EXPECT_EQ(error(post(secret_form(), tenant)), "none") << tenant;
  }
  EXPECT_EQ(error(post(secret_form(), "nobody.test")), "invalid_request 90002 400");
  EXPECT_EQ(error(post(secret_form(), "common")), "invalid_request 90002 400");
  EXPECT_EQ(error(post(secret_form(), "two.test")), "unauthorized_client 700016 400");
}

TEST_F(TokenServiceTest, ScopesAndResources) {
  const auto scoped = [&](const std::string& scope) {
    return error(post(with(secret_form(), "scope", scope)));
  };
  EXPECT_EQ(scoped("https://graph.microsoft.com//.default"), "none");
  EXPECT_EQ(scoped("https://parley.test:8443/.default"), "none");
  EXPECT_EQ(scoped("00000003-0000-0000-C000-000000000000/.default"), "none");
  EXPECT_EQ(scoped(""), "invalid_request 900144 400");
  EXPECT_EQ(scoped("https://graph.microsoft.com/Calls.Initiate.All"), "invalid_scope 1002012 400");
  EXPECT_EQ(scoped("https://elsewhere.test/.default"), "invalid_scope 70011 400");
  EXPECT_EQ(scoped("/.default"), "invalid_scope 70011 400");
  const auto v1 = with(secret_form(), "scope", "");
  EXPECT_EQ(error(post(with(v1, "resource", "https://graph.microsoft.com/"))), "none");
  EXPECT_EQ(error(post(with(v1, "resource", "https://elsewhere.test"))), "invalid_scope 70011 400");
}

TEST_F(TokenServiceTest, WrongClientsAreRefused) {
  EXPECT_EQ(error(post(with(secret_form(), "client_secret", "wrong"))),
            "invalid_client 7000215 401");
  EXPECT_EQ(error(post(with(secret_form(), "client_secret", ""))), "invalid_client 7000218 401");
  EXPECT_EQ(error(post(with(secret_form(), "client_id", Uuid{}.text()))),
            "unauthorized_client 700016 400");
  EXPECT_EQ(error(post(with(secret_form(), "client_id", "bot"))), "unauthorized_client 700016 400");
  EXPECT_EQ(error(post(with(secret_form(), "grant_type", ""))), "invalid_request 900144 400");
  EXPECT_EQ(error(post(with(secret_form(), "grant_type", "authorization_code"))),
            "unsupported_grant_type 70003 400");
  FormParameters twice = secret_form();
  twice.emplace_back("client_id", "another");
  EXPECT_EQ(error(post(twice)), "invalid_request 9000410 400");
  now_ += kDefaultCredentialLifetime;
  EXPECT_EQ(error(post(secret_form())), "invalid_client 7000222 401");
}

TEST_F(TokenServiceTest, SecretOfAnotherApplicationIsWrong) {
  const auto other = world_.keep(
      create_application(world_.admin(), {.tenant = world_.tenant.id, .display_name = "Other"}));
  EXPECT_EQ(error(post(with(secret_form(), "client_id", to_text(other.application_id)))),
            "invalid_client 7000215 401");
}

TEST_F(TokenServiceTest, ErrorsHaveAzureADsShapeAndNameTheRemedy) {
  const std::string request_id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const TokenAnswer answer =
      post(TokenRequest{.tenant = "one.test",
                        .parameters = with(secret_form(), "client_secret", "x"),
                        .client_request_id = request_id});
  const auto& body = answer.body.as_object();
  EXPECT_EQ(body.at("correlation_id").as_string(), request_id);
  EXPECT_TRUE(Uuid::parse(std::string_view(body.at("trace_id").as_string())));
  EXPECT_EQ(body.at("timestamp").as_string(), "2027-01-15T08:00:00Z");
  const std::string description(body.at("error_description").as_string());
  EXPECT_NE(description.find("parley app secret"), description.npos);
  EXPECT_EQ(description.find(world_.secret), description.npos);
}

TEST_F(TokenServiceTest, BasicAuthenticationWorksToo) {
  const auto form = with(with(secret_form(), "client_secret", ""), "client_id", "");
  const std::string pair = to_text(world_.bot.application_id) + ":" + world_.secret;
  TokenRequest request{.tenant = "one.test",
                       .parameters = form,
                       .authorization = "Basic " + to_base64(as_bytes(pair))};
  EXPECT_EQ(error(post(request)), "none");
  request.authorization = "Basic %%%";
  EXPECT_EQ(error(post(request)), "invalid_request 9000410 400");
  request.authorization = "B";
  EXPECT_EQ(error(post(request)), "invalid_request 9000410 400");
  request.authorization = "Basic " + to_base64(as_bytes(pair));
  request.parameters = secret_form();
  EXPECT_EQ(error(post(request)), "invalid_request 9000410 400") << "the secret is told twice";
}

TEST_F(TokenServiceTest, CertificatesByBothAlgorithmsAndThumbprints) {
  const auto rs_key = *crypto::SigningKey::from_pkcs8_der(test_rsa_key().pkcs8_der());
  Json sha1_header(boost::json::object_kind);
  sha1_header.get_object()["x5t"] = to_base64url(crypto::sha1(world_.certificate));
  for (const auto& key : {test_rsa_key(), rs_key}) {
    for (const Json& header : {thumbprint_header(), sha1_header}) {
      const TokenAnswer answer = post(assertion_form(sign_jwt(header, assertion_claims(), key)));
      EXPECT_EQ(claims(answer).text("appidacr"), "2");
    }
  }
}

TEST_F(TokenServiceTest, AssertionsForOthersAreRefused) {
  const std::string refused = "invalid_client 700027 401";
  EXPECT_EQ(assert_with("aud", issuer_of(world_.options, world_.tenant.id).c_str()), "none");
  EXPECT_EQ(assert_with("aud", token_endpoint(world_.options, "one.test").c_str()), "none");
  EXPECT_EQ(assert_with("aud", token_endpoint(world_.options, "two.test").c_str()), refused);
  EXPECT_EQ(assert_with("aud", "https://graph.microsoft.com"), refused);
  EXPECT_EQ(assert_with("iss", Uuid{}.text().c_str()), refused);
  EXPECT_EQ(assert_with("sub", Uuid{}.text().c_str()), refused);
  EXPECT_EQ(assert_with("exp", Json(seconds(now_ - minutes(5)))), refused);
  EXPECT_EQ(assert_with("exp", Json(seconds(now_ + hours(25)))), refused);
  EXPECT_EQ(assert_with("nbf", Json(seconds(now_ + minutes(6)))), refused);
}

TEST_F(TokenServiceTest, AssertionsNeedARegisteredCertificateInForce) {
  const std::string refused = "invalid_client 700027 401";
  Json header(boost::json::object_kind);
  EXPECT_EQ(error(post(assertion_form(sign_jwt(header, assertion_claims(), test_rsa_key())))),
            refused);
  header.get_object()["x5t#S256"] = to_base64url(crypto::sha256(as_bytes("another")));
  EXPECT_EQ(error(post(assertion_form(sign_jwt(header, assertion_claims(), test_rsa_key())))),
            refused);
  const auto stranger = crypto::SigningKey::generate(crypto::SignatureAlgorithm::ps256);
  EXPECT_EQ(
      error(post(assertion_form(sign_jwt(thumbprint_header(), assertion_claims(), stranger)))),
      refused);
  EXPECT_EQ(error(post(with(
                assertion_form(sign_jwt(thumbprint_header(), assertion_claims(), test_rsa_key())),
                "client_assertion_type", "password"))),
            "invalid_request 9000410 400");
  now_ += kDefaultCredentialLifetime;
  EXPECT_EQ(error(post(
                assertion_form(sign_jwt(thumbprint_header(), assertion_claims(), test_rsa_key())))),
            refused);
}

TEST_F(TokenServiceTest, AnAssertionIsUsedUpAndItsJtiIsItsOwn) {
  Json made = assertion_claims();
  const std::string first = sign_jwt(thumbprint_header(), made, test_rsa_key());
  for (std::uint32_t i = 0; i < AssertionMemory::kMaxUses; ++i) {
    EXPECT_EQ(error(post(assertion_form(first))), "none");
  }
  EXPECT_EQ(error(post(assertion_form(first))), "invalid_client 700027 401");
  made.get_object()["exp"] = seconds(now_ + minutes(9));
  EXPECT_EQ(error(post(assertion_form(sign_jwt(thumbprint_header(), made, test_rsa_key())))),
            "invalid_client 700027 401")
      << "another assertion with the same jti";
}

TEST(AssertionMemoryTest, HasALimitPerApplicationAndForgetsTheExpired) {
  using enum AssertionMemory::Verdict;
  AssertionMemory memory;
  const ApplicationId one{Uuid{{1}}};
  const ApplicationId two{Uuid{{2}}};
  const UtcTime expires = kTestNow + minutes(10);
  for (std::size_t i = 0; i < AssertionMemory::kMaxPerApplication; ++i) {
    const std::string jti = std::to_string(i);
    ASSERT_EQ(memory.use(one, jti, jti, expires, kTestNow), accepted);
  }
  EXPECT_EQ(memory.use(one, "more", "more", expires, kTestNow), too_many);
  EXPECT_EQ(memory.use(two, "more", "more", expires, kTestNow), accepted);
  EXPECT_EQ(memory.use(one, "more", "more", expires + hours(1), expires), accepted);
}

TEST_F(TokenServiceTest, PasswordIsCheckedElsewhereAndGivesAUsersToken) {
  const PasswordCheck pending = check(password_form());
  EXPECT_EQ(pending.password, "correct horse");
  EXPECT_EQ(pending.stored_hash, world_.user.password_hash);
  const TokenAnswer answer = service_.finish(now_, pending, true, *world_.directory);
  const Jwt jwt = claims(answer);
  EXPECT_EQ(jwt.text("aud"), "https://parley.test:8443/client");
  EXPECT_EQ(jwt.text("oid"), to_text(world_.user.id));
  EXPECT_EQ(jwt.text("upn"), "alice@one.test");
  EXPECT_EQ(jwt.text("name"), "Alice");
  EXPECT_FALSE(jwt.has("roles"));
  ASSERT_EQ(answer.rows.size(), 1u);
  const auto& kept = std::get<model::RefreshTokenRecord>(std::get<model::Row>(answer.rows[0]));
  EXPECT_EQ(kept.sha256,
            secret_hash(std::string_view(answer.body.at("refresh_token").as_string())));
  EXPECT_EQ(kept.expires, now_ + hours(24 * 14));
  EXPECT_EQ(error(service_.finish(now_, pending, false, *world_.directory)),
            "invalid_grant 50126 400");
}

TEST_F(TokenServiceTest, UnknownUsersCostTheSameAndGetTheSameAnswer) {
  for (const auto& pending : {check(with(password_form(), "username", "nobody@one.test")),
                              check(password_form(), "two.test"), check(password_form(), "x")}) {
    EXPECT_EQ(pending.user, std::nullopt);
    EXPECT_FALSE(password_matches(pending.password, pending.stored_hash));
    EXPECT_EQ(error(service_.finish(now_, pending, false, *world_.directory)),
              "invalid_grant 50126 400");
    EXPECT_EQ(error(service_.finish(now_, pending, true, *world_.directory)),
              "invalid_grant 50126 400");
  }
  EXPECT_EQ(check(password_form(), "organizations").user, world_.user.id);
}

TEST_F(TokenServiceTest, PasswordGrantIsForThePageOnly) {
  EXPECT_EQ(error(post(with(password_form(), "client_id", to_text(world_.bot.application_id)))),
            "unauthorized_client 700016 400");
  EXPECT_EQ(error(post(with(password_form(), "password", ""))), "invalid_request 900144 400");
  EXPECT_EQ(error(post(with(password_form(), "password", std::string(257, 'x')))),
            "invalid_request 900144 400");
}

TEST_F(TokenServiceTest, PasswordChangedWhileItWasCheckedIsWrong) {
  const PasswordCheck pending = check(password_form());
  world_.keep(set_password(world_.admin(), world_.user.id, "changed"));
  EXPECT_EQ(error(service_.finish(now_, pending, true, *world_.directory)),
            "invalid_grant 50126 400");
}

TEST_F(TokenServiceTest, RefreshTokensRotate) {
  const TokenAnswer signed_in = sign_in();
  const TokenAnswer refreshed = post(refresh_form(signed_in));
  EXPECT_EQ(claims(refreshed).text("oid"), to_text(world_.user.id));
  world_.apply(refreshed.rows);
  EXPECT_EQ(error(post(refresh_form(signed_in))), "invalid_grant 70000 400") << "used up";
  EXPECT_EQ(error(post(refresh_form(refreshed))), "none");
  EXPECT_EQ(error(post(with(refresh_form(refreshed), "client_id", "other"))),
            "invalid_grant 70000 400");
  now_ += hours(24 * 14);
  EXPECT_EQ(error(post(refresh_form(refreshed))), "invalid_grant 700082 400");
}

TEST_F(TokenServiceTest, TheOldestSessionEndsAtTheLimit) {
  const TokenAnswer first = sign_in();
  for (std::size_t i = 1; i <= kMaxRefreshTokensPerUser; ++i) {
    now_ += minutes(1);
    sign_in();
  }
  EXPECT_EQ(world_.directory->refresh_tokens_of(world_.user.id).size(), kMaxRefreshTokensPerUser);
  EXPECT_EQ(error(post(refresh_form(first))), "invalid_grant 70000 400");
}

TEST_F(TokenServiceTest, WithoutASigningKeyTheAnswerIs503) {
  world_.apply(model::RowChanges{
      model::EraseRow(model::Erase<model::SigningKeyRecord>{test_token_key().kid})});
  EXPECT_EQ(error(post(secret_form())), "server_error 90033 503");
}

}  // namespace
}  // namespace parley::identity
