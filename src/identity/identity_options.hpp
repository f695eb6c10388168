#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "model/ids.hpp"

namespace parley::identity {

struct IdentityOptions {
  std::string public_url;  ///< what the world calls us, without a slash at its end
  std::string graph_audience = "https://graph.microsoft.com";
  /// Instead of the issuers made from `public_url`, for bots that pin one. May hold `{tenantid}`.
  std::optional<std::string> issuer{};
  /// `webhooks.issuer`: of webhook tokens only, for bots that pin that one.
  std::optional<std::string> webhook_issuer{};

  std::chrono::seconds application_token_lifetime{3600};
  std::chrono::seconds user_token_lifetime{3600};
  std::chrono::hours refresh_token_lifetime{24 * 14};
  /// A key signs for so long before the next one is announced.
  std::chrono::hours signing_key_lifetime{24 * 90};
  /// A recording is usually gone before its token: it is removed soon after its call.
  std::chrono::hours recording_token_lifetime{24};
};

/// The `iss` of a tenant's tokens, as its discovery document says it.
inline std::string issuer_of(const IdentityOptions& options, TenantId tenant) {
  if (!options.issuer) return options.public_url + "/" + to_text(tenant) + "/v2.0";
  constexpr std::string_view kPlace = "{tenantid}";
  std::string issuer = *options.issuer;
  if (const std::size_t at = issuer.find(kPlace); at != issuer.npos) {
    issuer.replace(at, kPlace.size(), to_text(tenant));
  }
  return issuer;
}

/// `tenant` is an id or a domain.
inline std::string token_endpoint(const IdentityOptions& options, std::string_view tenant) {
  return options.public_url + "/" + std::string(tenant) + "/oauth2/v2.0/token";
}

/// The `aud` of users' tokens: they open the client protocol and nothing else.
inline std::string client_audience(const IdentityOptions& options) {
  return options.public_url + "/client";
}

inline std::string recording_audience(const IdentityOptions& options) {
  return options.public_url + "/recordings";
}

}  // namespace parley::identity
