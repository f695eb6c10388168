#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/dialect.hpp"
#include "model/ids.hpp"
#include "model/record_description.hpp"

namespace parley::model {

BOOST_DESCRIBE_ENUM(Dialect, v1_0, beta, app_2019)

// The directory's durable records: who exists, what proves it, and what it may do. Each record
// names its table (`kTable`), and the member that is its primary key is described first.

using ObjectId = Strong<struct ObjectTag, Uuid>;  ///< Graph's `application.id`
using ServicePrincipalId =
    Strong<struct ServicePrincipalTag, Uuid>;  ///< Graph's `servicePrincipal.id`
using CredentialId =
    Strong<struct CredentialTag, Uuid>;         ///< Graph's `keyId` of a secret or certificate
using GrantId = Strong<struct GrantTag, Uuid>;  ///< Graph's `appRoleAssignment.id`

struct TenantRecord {
  static constexpr const char* kTable = "tenants";
  TenantId id;
  std::string domain;  ///< lower case, e.g. `demo.parley.local`
  std::string display_name;
  UtcTime created{};

  friend bool operator==(const TenantRecord&, const TenantRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(TenantRecord, (), (id, domain, display_name, created))

/// A bot. Its directory object and its service principal have ids of their own, as in Graph.
struct ApplicationRecord {
  static constexpr const char* kTable = "applications";
  ApplicationId application_id;
  ObjectId object_id;
  ServicePrincipalId service_principal_id;
  TenantId tenant_id;
  std::string display_name;
  std::optional<std::string>
      callback_uri;                 ///< the calling registration: where incoming calls are told
  Dialect dialect = Dialect::v1_0;  ///< of what is told there
  UtcTime created{};

  friend bool operator==(const ApplicationRecord&, const ApplicationRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationRecord, (),
                      (application_id, object_id, service_principal_id, tenant_id, display_name,
                       callback_uri, dialect, created))

/// A client secret: 256 random bits shown once, kept as their SHA-256.
struct ApplicationSecretRecord {
  static constexpr const char* kTable = "application_secrets";
  CredentialId key_id;
  ApplicationId application_id;
  Bytes sha256;      ///< 32 bytes, of the secret's text
  std::string hint;  ///< the secret's first three characters
  std::string display_name;
  UtcTime starts{};
  UtcTime ends{};

  friend bool operator==(const ApplicationSecretRecord&, const ApplicationSecretRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationSecretRecord, (),
                      (key_id, application_id, sha256, hint, display_name, starts, ends))

/// A certificate whose key signs client assertions.
struct ApplicationCertificateRecord {
  static constexpr const char* kTable = "application_certificates";
  CredentialId key_id;
  ApplicationId application_id;
  Bytes certificate_der;
  Bytes thumbprint_sha256;  ///< 32 bytes, of the DER form
  std::string display_name;
  UtcTime starts{};
  UtcTime ends{};

  friend bool operator==(const ApplicationCertificateRecord&,
                         const ApplicationCertificateRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationCertificateRecord, (),
                      (key_id, application_id, certificate_der, thumbprint_sha256, display_name,
                       starts, ends))

/// An application role granted in a tenant (Graph's appRoleAssignment).
struct GrantRecord {
  static constexpr const char* kTable = "grants";
  GrantId id;
  TenantId tenant_id;
  ApplicationId application_id;
  std::string role;  ///< the role's real name, e.g. `Calls.AccessMedia.All`
  UtcTime created{};

  friend bool operator==(const GrantRecord&, const GrantRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(GrantRecord, (), (id, tenant_id, application_id, role, created))

struct UserRecord {
  static constexpr const char* kTable = "users";
  UserId id;
  TenantId tenant_id;
  std::string user_name;  ///< Graph's userPrincipalName, lower case: `alice@demo.parley.local`
  std::string display_name;
  std::string password_hash;  ///< scrypt with its parameters, `scrypt$n$r$p$salt$hash`
  UtcTime created{};

  friend bool operator==(const UserRecord&, const UserRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(UserRecord, (),
                      (id, tenant_id, user_name, display_name, password_hash, created))

/// A user's refresh token: 256 random bits, kept as their SHA-256.
struct RefreshTokenRecord {
  static constexpr const char* kTable = "refresh_tokens";
  Bytes sha256;
  UserId user_id;
  TenantId tenant_id;
  UtcTime expires{};

  friend bool operator==(const RefreshTokenRecord&, const RefreshTokenRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(RefreshTokenRecord, (), (sha256, user_id, tenant_id, expires))

/// A key of ours that signs tokens. A retired one verifies what it signed until that has expired.
struct SigningKeyRecord {
  static constexpr const char* kTable = "signing_keys";
  std::string kid;
  std::string algorithm;  ///< JWA name: `RS256`, `PS256` or `ES256`
  Bytes pkcs8_der;
  UtcTime created{};
  std::optional<UtcTime> retired;

  friend bool operator==(const SigningKeyRecord&, const SigningKeyRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(SigningKeyRecord, (), (kid, algorithm, pkcs8_der, created, retired))

/// The whole directory, as the store loads it at start.
struct DirectoryRecords {
  std::vector<TenantRecord> tenants{};
  std::vector<ApplicationRecord> applications{};
  std::vector<ApplicationSecretRecord> secrets{};
  std::vector<ApplicationCertificateRecord> certificates{};
  std::vector<GrantRecord> grants{};
  std::vector<UserRecord> users{};
  std::vector<RefreshTokenRecord> refresh_tokens{};
  std::vector<SigningKeyRecord> signing_keys{};
};

}  // namespace parley::model
