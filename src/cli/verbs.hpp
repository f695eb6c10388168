#pragma once

#include <iosfwd>

#include "cli/api_client.hpp"
#include "cli/arguments.hpp"

/// The verbs that speak to a running server: each prints to `out`, or says what went wrong.
namespace parley::cli {

using VerbResult = Result<void, ApiFailure>;

/// Prints the environment of a bot as shell lines; what is for people stands behind `#`.
VerbResult run(ApiClient& api, std::ostream& out, const AppCreate& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppList& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppShow& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppGrant& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppRevoke& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppWebhook& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppSecret& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppRemoveSecret& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppCertificate& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppRemoveCertificate& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppRemove& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const AppRoles& arguments);

VerbResult run(ApiClient& api, std::ostream& out, const UserCreate& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const UserList& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const UserRemove& arguments);

VerbResult run(ApiClient& api, std::ostream& out, const TenantCreate& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const TenantList& arguments);

// The notifications that no bot took, which the server keeps for an operator.
VerbResult run(ApiClient& api, std::ostream& out, const WebhookList& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const WebhookReplay& arguments);
VerbResult run(ApiClient& api, std::ostream& out, const WebhookDiscard& arguments);

/// What is kept of one call: its rows and its timeline.
VerbResult run(ApiClient& api, std::ostream& out, const CallShow& arguments);

}  // namespace parley::cli
