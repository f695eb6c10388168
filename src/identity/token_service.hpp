#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "identity/access_tokens.hpp"
#include "identity/client_assertion.hpp"
#include "identity/directory.hpp"
#include "identity/identity_options.hpp"
#include "identity/oauth_error.hpp"

namespace parley::identity {

/// The `client_id` of our own web page and of `parley call`: a public client, for people's tokens.
inline constexpr std::string_view kPageClientId = "8f1c5b9e-3d52-4c0f-9a59-6b1d2e7a4c10";
/// Of one user; a login beyond it ends the oldest session.
inline constexpr std::size_t kMaxRefreshTokensPerUser = 20;

/// A decoded `application/x-www-form-urlencoded` body, in its order.
using FormParameters = std::vector<std::pair<std::string, std::string>>;

struct TokenRequest {
  std::string tenant;  ///< from the path: an id, a domain, or for people `common`, `organizations`
  FormParameters parameters;
  std::optional<std::string> authorization{};      ///< the header, for `Basic` (RFC 6749 §2.3.1)
  std::optional<std::string> client_request_id{};  ///< from the query or the header
};

/// A finished answer. It may be sent when `rows` are committed. Send it with `Cache-Control:
/// no-store`, and a 401 with `WWW-Authenticate: Basic`.
struct TokenAnswer {
  int status = 200;
  model::Json body;
  model::RowChanges rows{};
};

/// A password to be checked where time does not matter: a worker calls `password_matches(password,
/// stored_hash)` and the verdict goes to `TokenService::finish`.
struct PasswordCheck {
  std::string password;
  std::string stored_hash;
  std::optional<UserId> user;  ///< absent: there is no such user, and nobody is to notice
  std::string scope;
  OauthTrace trace;
};

using TokenReply = std::variant<TokenAnswer, PasswordCheck>;

/// The token endpoint, `POST /{tenant}/oauth2/v2.0/token`: client_credentials (secret or
/// certificate) for applications, password and refresh_token for the built-in page. Owned by one
/// thread.
class TokenService {
 public:
  /// Both must outlive the service.
  TokenService(const IdentityOptions& options, Random& random)
      : options_(options), random_(random) {}

  TokenReply handle_token_request(UtcTime now, const TokenRequest& request,
                                  const Directory& directory);
  TokenAnswer finish(UtcTime now, const PasswordCheck& check, bool matches,
                     const Directory& directory);
  /// 503: the request was good, but the server can't serve it now. `why` is a sentence.
  static TokenAnswer unavailable(UtcTime now, const OauthTrace& trace, std::string why);

 private:
  struct Call;
  struct Client;

  Result<TokenReply, OauthError> answer(const Call& call);
  Result<TokenReply, OauthError> client_credentials(const Call& call);
  Result<TokenReply, OauthError> password(const Call& call);
  Result<TokenReply, OauthError> refresh(const Call& call);
  Result<Client, OauthError> client(const Call& call) const;
  Result<ClientProof, OauthError> prove(const Call& call, const Client& client,
                                        const model::TenantRecord& tenant,
                                        const model::ApplicationRecord& application);
  Result<void, OauthError> check_scope(const Call& call) const;
  Result<TokenAnswer, OauthError> user_answer(const TokenContext& context,
                                              const model::UserRecord& user,
                                              const std::string& scope);
  static TokenAnswer error_answer(const OauthError& error, const OauthTrace& trace, UtcTime now);

  const IdentityOptions& options_;
  Random& random_;
  AssertionMemory assertions_;
};

}  // namespace parley::identity
