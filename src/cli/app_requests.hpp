#pragma once

#include <string>

#include "cli/directory_lookup.hpp"

/// The requests that several `parley app` verbs send.
namespace parley::cli {

/// The member `calling`. An empty dialect is left out.
model::Json calling_json(const std::string& webhook, const std::string& dialect);

// `object` is the path `/v1.0/applications/{id}`.

/// The new secret's text.
Result<std::string, ApiFailure> add_secret(ApiClient& api, const std::string& object);
/// The certificate's SHA-256 thumbprint, base64. @param file  PEM or DER
Result<std::string, ApiFailure> add_certificate(ApiClient& api, const std::string& object,
                                                const std::string& file);

/// False when it was granted before. @param tenant  empty: the application's own
Result<bool, ApiFailure> grant(ApiClient& api, const GrantsPath& grants, const std::string& role,
                               const std::string& tenant);

}  // namespace parley::cli
