#pragma once

#include "identity/identity_options.hpp"
#include "model/json.hpp"

namespace parley::identity {

/// OpenID Connect Discovery 1.0 §3 for one tenant: what `/{tenant}/v2.0/.well-known/
/// openid-configuration` answers (and without `v2.0`). Endpoints carry the tenant's id, also when
/// it was asked for by its domain, so that issuer and endpoints agree.
model::Json discovery_document(const IdentityOptions& options, TenantId tenant);

/// The document without a tenant, `/v1/.well-known/OpenIdConfiguration`, from which stock bots take
/// the keys and the issuer of webhook tokens. The issuer holds `{tenantid}` unless one is
/// configured.
model::Json webhook_discovery_document(const IdentityOptions& options);

}  // namespace parley::identity
