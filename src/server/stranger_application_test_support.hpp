#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.hpp"
#include "crypto/hash.hpp"
#include "identity/certificate_test_support.hpp"
#include "identity/client_assertion.hpp"
#include "identity/jwt.hpp"
#include "identity/secrets.hpp"
#include "identity/token_service.hpp"

namespace parley::server {

/// A tenant and its application with a secret and a certificate, at a moment that stands still: to
/// ask it for what only they may have. Nothing of the directory changes.
class StrangersApplication {
 public:
  static constexpr UtcTime kNow{std::chrono::seconds(1'800'000'000)};

  static const StrangersApplication& world() {
    static const StrangersApplication made;
    return made;
  }

  identity::TokenAnswer ask_for_token(const identity::TokenRequest& request) const {
    SeededRandom random{1};
    identity::TokenService service(options_, random);
    return std::get<identity::TokenAnswer>(
        service.handle_token_request(kNow, request, *directory_));
  }
  Result<void, identity::OauthError> check_assertion(std::string_view assertion) const {
    identity::AssertionMemory memory;
    return identity::check_client_assertion({.options = options_,
                                             .directory = *directory_,
                                             .tenant = tenant_,
                                             .application = application_,
                                             .tenant_text = tenant_.domain,
                                             .assertion = assertion,
                                             .now = kNow},
                                            memory);
  }
  /// By the application itself, which names its certificate.
  std::string sign_assertion(const model::Json& claims) const {
    model::Json header(boost::json::object_kind);
    header.get_object()["x5t#S256"] = to_base64url(crypto::sha256(certificate_));
    return identity::sign_jwt(header, claims, identity::test_rsa_key());
  }

 private:
  StrangersApplication() : certificate_(identity::test_certificate(identity::test_rsa_key())) {
    const auto id = [](std::string_view last) {
      return *Uuid::parse("00000000-0000-4000-8000-00000000000" + std::string(last));
    };
    tenant_ = {.id = TenantId{id("1")}, .domain = "one.test", .display_name = "One"};
    application_.application_id = ApplicationId{id("2")};
    application_.object_id = model::ObjectId{id("3")};
    application_.service_principal_id = model::ServicePrincipalId{id("4")};
    application_.tenant_id = tenant_.id;
    model::ApplicationCertificateRecord certificate;
    certificate.key_id = model::CredentialId{id("5")};
    certificate.application_id = application_.application_id;
    certificate.certificate_der = certificate_;
    const auto thumbprint = crypto::sha256(certificate_);
    certificate.thumbprint_sha256.assign(thumbprint.begin(), thumbprint.end());
    certificate.ends = kNow + std::chrono::days(1);
    model::ApplicationSecretRecord secret;
    secret.key_id = model::CredentialId{id("6")};
    secret.application_id = application_.application_id;
    secret.sha256 = identity::secret_hash("256 random bits that nobody guesses");
    secret.ends = certificate.ends;
    directory_ = identity::Directory::from({.tenants = {tenant_},
                                            .applications = {application_},
                                            .secrets = {secret},
                                            .certificates = {certificate},
                                            .signing_keys = {identity::make_signing_key(kNow)}});
  }

  identity::IdentityOptions options_{.public_url = "https://parley.test:8443"};
  Bytes certificate_;
  model::TenantRecord tenant_;
  model::ApplicationRecord application_;
  std::shared_ptr<const identity::Directory> directory_;
};

}  // namespace parley::server
