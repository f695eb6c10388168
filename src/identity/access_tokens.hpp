#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.hpp"
#include "base/result.hpp"
#include "identity/directory.hpp"
#include "identity/identity_options.hpp"

namespace parley::identity {

// Tokens of ours: how each kind is made, and how one that comes back is checked. All are JWTs of
// one key set; `aud` tells the kinds apart, so that none can stand in for another.

/// How long a webhook token lives, notifications §2.
inline constexpr std::chrono::seconds kWebhookTokenLifetime{3900};

/// A bot that has proved who it is. `roles` are today's grants: the token's are a copy that may be
/// old.
struct Principal {
  TenantId tenant;
  ApplicationId application;
  RoleSet roles;
};

struct UserPrincipal {
  TenantId tenant;
  UserId user;
  std::string user_name;
  std::string display_name;
};

/// Why a token is not taken: a sentence for the 401, with the remedy where there is one. It never
/// holds the token.
struct TokenRefusal {
  std::string text;
};

struct IssuedToken {
  std::string text;
  std::chrono::seconds lifetime{};
};

/// How an application proved itself, Azure AD's `appidacr`.
enum class ClientProof { secret, certificate };

/// What issuing needs beside the subject. The directory must have an active key; without one
/// nullopt is answered (the platform makes a key before it listens).
struct TokenContext {
  const IdentityOptions& options;
  const Directory& directory;
  UtcTime now;
};

/// Claims as Azure AD's: `aud` Graph, `tid`, `appid` and `azp`, `oid` and `sub` the service
/// principal, `roles`.
std::optional<IssuedToken> issue_application_token(const TokenContext& context, Random& random,
                                                   const model::TenantRecord& tenant,
                                                   const model::ApplicationRecord& application,
                                                   ClientProof proof);
std::optional<IssuedToken> issue_user_token(const TokenContext& context, Random& random,
                                            const model::UserRecord& user);
/// Opens one recording: `sub` is the operation.
std::optional<IssuedToken> issue_recording_token(const TokenContext& context,
                                                 const model::RecordingRecord& recording);

/// For `Authorization: Bearer` of the Graph API.
Result<Principal, TokenRefusal> verify_application_token(const TokenContext& context,
                                                         std::string_view token);
/// For the client protocol's `hello`.
Result<UserPrincipal, TokenRefusal> verify_user_token(const TokenContext& context,
                                                      std::string_view token);
/// For the recording of that operation and no other; the answer is the token's tenant.
Result<TenantId, TokenRefusal> verify_recording_token(const TokenContext& context,
                                                      std::string_view token,
                                                      OperationId operation);

/// The tokens that webhooks carry, signed at most once in some minutes for an application in a
/// tenant. Owned by one thread.
class WebhookTokens {
 public:
  static constexpr std::chrono::minutes kReuse{5};
  /// At this many the cache starts over; signing is cheap enough for that.
  static constexpr std::size_t kMaxCached = 10'000;

  /// nullopt when the directory has no active key.
  std::optional<std::string> token_for(const TokenContext& context, TenantId tenant,
                                       ApplicationId application);

 private:
  struct Cached {
    std::string token;
    std::string kid;
    UtcTime signed_at{};
  };

  std::map<std::pair<TenantId, ApplicationId>, Cached> cached_;
};

}  // namespace parley::identity
