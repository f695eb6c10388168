#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "identity/directory.hpp"

namespace parley::identity {

// Changes of the directory as pure functions: rows to commit, or why not. Shard 0 commits the rows,
// then publishes `directory.with(rows)`.

inline constexpr std::size_t kMaxDisplayNameLength = 256;
inline constexpr std::size_t kMaxDomainLength = 253;
inline constexpr std::size_t kMaxUserNameLength = 256;
inline constexpr std::size_t kMaxUriLength = 2048;
inline constexpr std::size_t kMaxCredentialsPerApplication = 20;  ///< secrets, and certificates
inline constexpr std::chrono::hours kDefaultCredentialLifetime{24 * 365 * 2};

enum class AdminFault {
  invalid,    ///< a value out of its range: 400
  not_found,  ///< what is to be changed is not there: 404
  conflict,   ///< it is there already: 409
  limit,      ///< too many: 400
};

struct AdminError {
  AdminFault fault = AdminFault::invalid;
  std::string member;  ///< of the request, in its Graph spelling; empty: none in particular
  std::string text;    ///< a sentence: cause and remedy
};

template <class T>
using AdminResult = Result<T, AdminError>;

/// What an administrative function is given beside its request.
struct AdminContext {
  const Directory& directory;
  UtcTime now;
  Random& random;
};

/// A new record and the rows that make it so.
template <class Record>
struct Created {
  Record record;
  model::RowChanges rows;
};

struct NewTenant {
  std::string domain;  ///< letters, digits, dots and hyphens
  std::string display_name;
  std::optional<TenantId> id{};
};
AdminResult<Created<model::TenantRecord>> create_tenant(const AdminContext& context,
                                                        const NewTenant& request);

/// Where an application's incoming calls are told: our `application.calling`.
struct CallingRegistration {
  std::string
      callback_uri;  ///< absolute, http or https; the address guard looks at it when it is used
  model::Dialect dialect = model::Dialect::v1_0;
};

struct NewApplication {
  TenantId tenant;
  std::string display_name;
  std::optional<CallingRegistration> calling{};
  std::optional<ApplicationId> id{};
};
AdminResult<Created<model::ApplicationRecord>> create_application(const AdminContext& context,
                                                                  const NewApplication& request);
/// Sets the registration, or takes it away.
AdminResult<Created<model::ApplicationRecord>> set_calling(
    const AdminContext& context, ApplicationId application,
    const std::optional<CallingRegistration>& calling);
/// With its secrets, certificates and grants.
AdminResult<model::RowChanges> remove_application(const AdminContext& context,
                                                  ApplicationId application);

struct NewSecret {
  ApplicationId application;
  std::string display_name{};
  std::optional<UtcTime> ends{};
};
struct CreatedSecret {
  model::ApplicationSecretRecord record;
  std::string secret;  ///< told once, kept nowhere
  model::RowChanges rows;
};
AdminResult<CreatedSecret> add_secret(const AdminContext& context, const NewSecret& request);

struct NewCertificate {
  ApplicationId application;
  Bytes certificate_der;
  std::string display_name{};
  std::optional<UtcTime> ends{};
};
AdminResult<Created<model::ApplicationCertificateRecord>> add_certificate(
    const AdminContext& context, const NewCertificate& request);
// Access tokens that a removed credential has got live until they expire.
AdminResult<model::RowChanges> remove_secret(const AdminContext& context, ApplicationId application,
                                             model::CredentialId id);
AdminResult<model::RowChanges> remove_certificate(const AdminContext& context,
                                                  ApplicationId application,
                                                  model::CredentialId id);

struct NewUser {
  TenantId tenant;
  std::string user_name;  ///< `name@domain`, the domain is the tenant's
  std::string display_name;
  std::string password_hash;  ///< of `hash_password`, which a worker ran; see `check_password`
};
AdminResult<Created<model::UserRecord>> create_user(const AdminContext& context,
                                                    const NewUser& request);
/// Before hashing: is it long enough and short enough?
AdminResult<void> check_password(std::string_view password);
/// Ends the user's sessions too.
AdminResult<Created<model::UserRecord>> set_password(const AdminContext& context, UserId user,
                                                     const std::string& password_hash);
AdminResult<model::RowChanges> remove_user(const AdminContext& context, UserId user);

struct NewGrant {
  TenantId tenant;
  ApplicationId application;
  std::string role;  ///< a name in any documented spelling, or Graph's app role id
};
/// `conflict` when it was granted before.
AdminResult<Created<model::GrantRecord>> grant_role(const AdminContext& context,
                                                    const NewGrant& request);
AdminResult<model::RowChanges> revoke_grant(const AdminContext& context, model::GrantId grant);

/// The administrator, who is known by one token of 256 random bits.
class Administrator {
 public:
  /// From the token's text, as `parley-data/admin.token` holds it.
  explicit Administrator(std::string_view token);
  bool is(std::string_view token) const;

 private:
  Bytes token_sha256_;
};

}  // namespace parley::identity
