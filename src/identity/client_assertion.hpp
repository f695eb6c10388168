#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "identity/directory.hpp"
#include "identity/identity_options.hpp"
#include "identity/oauth_error.hpp"

namespace parley::identity {

/// Remembers the assertions that were used, per application. A `jti` belongs to one assertion; that
/// one may be used a few times, because stock libraries keep an assertion for its 10 minutes and
/// send it again with each request.
class AssertionMemory {
 public:
  static constexpr std::uint32_t kMaxUses = 10;
  /// An application with this many assertions that have not expired is refused more.
  static constexpr std::size_t kMaxPerApplication = 1000;

  enum class Verdict { accepted, used_up, jti_taken, too_many };

  /// @param assertion  the token's text
  /// @param expires    when the assertion itself is no longer taken
  Verdict use(ApplicationId application, std::string_view jti, std::string_view assertion,
              UtcTime expires, UtcTime now);

 private:
  struct Used {
    Bytes assertion_sha256;
    UtcTime expires{};
    std::uint32_t uses = 0;
  };

  std::map<ApplicationId, std::map<Bytes, Used>> used_;  ///< by SHA-256 of the jti
};

struct AssertionRequest {
  const IdentityOptions& options;
  const Directory& directory;
  const model::TenantRecord& tenant;
  const model::ApplicationRecord& application;
  std::string_view tenant_text;  ///< as the request's path has it
  std::string_view assertion;
  UtcTime now;
};

/// Checks a `client_assertion` (RFC 7523 §3) against the application's certificates: PS256 or
/// RS256, header `x5t#S256` or `x5t`, `iss` and `sub` the application, `aud` the token endpoint or
/// the issuer. Without a `jti` the assertion itself stands for it.
Result<void, OauthError> check_client_assertion(const AssertionRequest& request,
                                                AssertionMemory& memory);

}  // namespace parley::identity
