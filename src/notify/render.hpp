#pragma once

#include <string>
#include <utility>
#include <vector>

#include "identity/access_tokens.hpp"
#include "notify/outbox.hpp"

namespace parley::notify {

/// One webhook request, ready to be sent.
struct WebhookRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// Graph's JSON, the headers and the token of one attempt. Recording tokens are signed here and
/// stored nowhere. nullopt when there is no key to sign with.
std::optional<WebhookRequest> render(const Entry& entry, const identity::TokenContext& context,
                                     identity::WebhookTokens& tokens);

/// Where the recording of an operation is fetched from.
std::string recording_location(std::string_view public_url, OperationId operation);

}  // namespace parley::notify
