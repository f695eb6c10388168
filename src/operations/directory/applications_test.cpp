#include "identity/secrets.hpp"
#include "operations/directory/directory_test_support.hpp"

namespace parley::operations::directory {
namespace {

constexpr std::string_view kBot =
    R"({"displayName":"ivr","calling":{"callbackUri":"http://127.0.0.1:3978/calls","dialect":"2019"}})";

TEST(Applications, AreCreatedShownChangedAndDeleted) {
  DirectoryHost host;
  const Reply made = host.send("POST", "/v1.0/applications", kBot);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text_at(made, "/displayName"), "ivr");
  EXPECT_EQ(text_at(made, "/calling/callbackUri"), "http://127.0.0.1:3978/calls");
  EXPECT_EQ(text_at(made, "/calling/dialect"), "2019");
  EXPECT_EQ(text_at(made, "/@odata.context"),
            "https://parley.test/v1.0/$metadata#applications/$entity");
  const std::string path = "/v1.0/applications/" + text_at(made, "/id");
  EXPECT_EQ(text_at(host.send("GET", path), "/appId"), text_at(made, "/appId"));

  EXPECT_EQ(host.send("PATCH", path, R"({"calling":{"callbackUri":"https://bot.test/c"}})").status,
            204);
  EXPECT_EQ(text_at(host.send("GET", path), "/calling/callbackUri"), "https://bot.test/c");
  EXPECT_EQ(text_at(host.send("GET", path), "/calling/dialect"), "v1.0");
  EXPECT_EQ(host.send("PATCH", path, R"({"calling":null})").status, 204);
  EXPECT_EQ(text_at(host.send("GET", path), "/calling"), "null");
  EXPECT_EQ(host.send("PATCH", path, "{}").status, 400);

  EXPECT_EQ(text_at(host.send("GET", "/v1.0/applications"), "/value/0/displayName"), "ivr");
  EXPECT_EQ(host.send("DELETE", path).status, 204);
  EXPECT_EQ(host.send("GET", path).status, 404);
  EXPECT_EQ(text_at(host.send("GET", "/v1.0/applications"), "/value"), "[]");
}

TEST(Applications, NamesWhatIsWrongWithTheBody) {
  DirectoryHost host;
  const auto refusal = [&](std::string_view body) {
    const Reply reply = host.send("POST", "/v1.0/applications", body);
    EXPECT_EQ(reply.status, 400) << reply.body;
    return reply.body;
  };
  EXPECT_NE(refusal("{}").find("displayName"), std::string::npos);
  EXPECT_NE(refusal(R"({"displayName":5})").find("the number 5"), std::string::npos);
  EXPECT_NE(refusal(R"({"displayName":"x","calling":{}})").find("calling.callbackUri"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"displayName":"x","calling":{"callbackUri":"http://far.test/"}})")
                .find("loopback only"),
            std::string::npos);
  EXPECT_NE(
      refusal(R"({"displayName":"x","calling":{"callbackUri":"https://b.test/","dialect":"x"}})")
          .find("2019"),
      std::string::npos);
  EXPECT_NE(refusal(R"({"displayName":"x","calling":7})").find("an object"), std::string::npos);
}

TEST(Applications, TellASecretOnceAndKeepItsHash) {
  DirectoryHost host;
  const Reply made = host.send("POST", "/v1.0/applications", kBot);
  const std::string path = "/v1.0/applications/" + text_at(made, "/id");
  const Reply secret = host.send(
      "POST", path + "/addPassword",
      R"({"passwordCredential":{"displayName":"first","endDateTime":"2030-01-01T00:00:00Z"}})");
  ASSERT_EQ(secret.status, 200) << secret.body;
  const std::string text = text_at(secret, "/secretText");
  EXPECT_EQ(text.size(), 43u);
  const ApplicationId app{*Uuid::parse(text_at(made, "/appId"))};
  const auto kept = host.directory().secrets_of(app);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_TRUE(identity::secret_matches(text, kept.front()->sha256));
  const Reply shown = host.send("GET", path);
  EXPECT_EQ(shown.body.find(text), std::string::npos);
  EXPECT_EQ(text_at(shown, "/passwordCredentials/0/displayName"), "first");
  EXPECT_EQ(text_at(shown, "/passwordCredentials/0/endDateTime"), "2030-01-01T00:00:00Z");

  EXPECT_EQ(host.send("POST", path + "/addPassword").status, 200) << "the body may be absent";
  EXPECT_EQ(
      host.send("POST", path + "/addPassword", R"({"passwordCredential":{"endDateTime":"soon"}})")
          .status,
      400);
}

TEST(Applications, RemoveASecretByItsKeyId) {
  DirectoryHost host;
  const Reply made = host.send("POST", "/v1.0/applications", kBot);
  const std::string path = "/v1.0/applications/" + text_at(made, "/id");
  const std::string body =
      R"({"keyId":")" + text_at(host.send("POST", path + "/addPassword"), "/keyId") + R"("})";
  EXPECT_EQ(host.send("POST", path + "/removeKey", body).status, 400) << "it is no certificate";
  const Reply removed = host.send("POST", path + "/removePassword", body);
  EXPECT_EQ(removed.status, 204);
  EXPECT_EQ(removed.body, "");
  EXPECT_EQ(text_at(host.send("GET", path), "/passwordCredentials"), "[]");

  const Reply again = host.send("POST", path + "/removePassword", body);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(text_at(again, "/error/code"), "Request_BadRequest");
  EXPECT_NE(again.body.find("No credentials found to be removed"), std::string::npos);
  EXPECT_NE(again.body.find("GET /v1.0/applications/{id}"), std::string::npos);
  for (const std::string_view wrong : {"{}", R"({"keyId":"first"})", R"({"keyId":7})"}) {
    const Reply refused = host.send("POST", path + "/removePassword", wrong);
    EXPECT_EQ(refused.status, 400) << wrong;
    EXPECT_NE(refused.body.find("keyId"), std::string::npos) << refused.body;
  }
  EXPECT_EQ(host.send("POST", "/v1.0/applications/x/removePassword", body).status, 404);
}

TEST(Applications, KeepNoMoreThanTheirLimitOfSecrets) {
  DirectoryHost host;
  const Reply made = host.send("POST", "/v1.0/applications", kBot);
  const std::string path = "/v1.0/applications/" + text_at(made, "/id") + "/addPassword";
  for (std::size_t i = 0; i < identity::kMaxCredentialsPerApplication; ++i) {
    ASSERT_EQ(host.send("POST", path).status, 200);
  }
  const Reply refused = host.send("POST", path);
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("remove one first"), std::string::npos) << refused.body;
}

TEST(Applications, RefuseWhatIsNoCertificate) {
  DirectoryHost host;
  const Reply made = host.send("POST", "/v1.0/applications", kBot);
  const std::string path = "/v1.0/applications/" + text_at(made, "/id") + "/addKey";
  EXPECT_EQ(host.send("POST", path, "{}").status, 400);
  EXPECT_EQ(host.send("POST", path, R"({"keyCredential":{"key":"?"}})").status, 400);
  EXPECT_EQ(host.send("POST", path, R"({"keyCredential":{"key":"AAAA"}})").status, 400);
  const std::string empty_pem = to_base64(as_bytes("-----BEGIN CERTIFICATE-----"));
  EXPECT_EQ(host.send("POST", path, R"({"keyCredential":{"key":")" + empty_pem + R"("}})").status,
            400);
}

/// A self-signed RSA certificate of 2048 bits, made for this test; its key is nowhere.
constexpr std::string_view kPem = R"(-----BEGIN CERTIFICATE-----
MIIC/zCCAeegAwIBAgIUBya/fR9eNueKPVXVOhcJM1ngxc4wDQYJKoZIhvcNAQEL
BQAwDjEMMAoGA1UEAwwDYm90MCAXDTI2MTEyNDEwNDEyNVoYDzIxMjYxMDMxMTA0
MTI1WjAOMQwwCgYDVQQDDANib3QwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEK
AoIBAQCwy8uBg+bS599NNEpk6vvN+cxi08H37YeC8ybNGtoNRkgqO2vWsLbIiiZf
DelBqFd5LobWww98QOZsmmPz9EVC9yL0MQUVwsuevBI8Xor1X7Fk/JL+xXdNFz5w
loyRUKNcfFUi+d1sa1nm846dYYs7vu/NQ7qTAoqnmclTSCExNKOZ8+HUaDrKXw2s
44LbB54hD2YC2nR39Er6ISLob/rvL8Lp3Z4jmVifvbh1Z+usfZtUcTyDkVaHXBGG
lr7YyN1BILycD7yK8fKWbY1G0JnvwITH6uBIHCI3XtCkvSugWKvBp5QI1u0bqm5b
nQV44/p0p/5yZKRYZyHJXMgBKjprAgMBAAGjUzBRMB0GA1UdDgQWBBRSuKz+cytV
32yPJNjCMusPDESSgzAfBgNVHSMEGDAWgBRSuKz+cytV32yPJNjCMusPDESSgzAP
BgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQA8lFsrzMvKBqVbtIW2
MLKwCmEEXEgQ5bLE/YfMd4a1ND8vPSFYxoxCk15yR5Onwj/E7HF9UkltsV+ztHSh
2RIGFPP3bfFo8UnjS9JFIpBpu0Gf2Xa1urZUGz4xNl4tBz6mwZoZNm2OIeN8m6y3
VuTkCYoIQ9V7K1s2NrpKCgO0nVkknz5tBXEONEpU0yZ6f0ywVtVQ7TM+sNYtOl8J
2iRkC1JGO1l6LQ55gE4mTT6W9zpx1ngEGn/hkqxWhm39rAvU4khuNtoUA9pp+j5Z
vfzpTa+OY57Rdmjlzew1RpF7VKZMCFej0SsmWa5sUGRlDbvXyU9SPjZFAYHglG+c
NQtC
-----END CERTIFICATE-----
)";

TEST(Applications, TakeACertificateAsPemOrDer) {
  DirectoryHost host;
  const Reply made = host.send("POST", "/v1.0/applications", kBot);
  const std::string path = "/v1.0/applications/" + text_at(made, "/id");
  const auto add = [&](ByteView file) {
    return host.send("POST", path + "/addKey",
                     R"({"keyCredential":{"displayName":"k","key":")" + to_base64(file) + R"("}})");
  };
  const Reply first = add(as_bytes(kPem));
  ASSERT_EQ(first.status, 200) << first.body;
  const ApplicationId app{*Uuid::parse(text_at(made, "/appId"))};
  const Bytes der = host.directory().certificates_of(app).front()->certificate_der;
  EXPECT_EQ(text_at(host.send("GET", path), "/keyCredentials/0/keyId"), text_at(first, "/keyId"));

  const Reply other = host.send("POST", "/v1.0/applications", R"({"displayName":"other"})");
  const Reply from_der =
      host.send("POST", "/v1.0/applications/" + text_at(other, "/id") + "/addKey",
                R"({"keyCredential":{"key":")" + to_base64(der) + R"("}})");
  EXPECT_EQ(from_der.status, 200) << from_der.body;
  EXPECT_EQ(text_at(from_der, "/customKeyIdentifier"), text_at(first, "/customKeyIdentifier"));

  const std::string key_id = R"({"keyId":")" + text_at(first, "/keyId");
  EXPECT_EQ(host.send("POST", path + "/removePassword", key_id + R"("})").status, 400);
  EXPECT_EQ(host.send("POST", path + "/removeKey", key_id + R"(","proof":"ey..."})").status, 204);
  EXPECT_EQ(text_at(host.send("GET", path), "/keyCredentials"), "[]");
}

}  // namespace
}  // namespace parley::operations::directory
