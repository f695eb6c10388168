#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "identity/directory_admin.hpp"
#include "platform/shard_io.hpp"

namespace parley::platform {

struct GatewayOptions {
  operations::ApiOptions api;
  identity::IdentityOptions identity;
  /// Who may change the directory and read what is kept of calls; none: nobody.
  std::optional<identity::Administrator> administrator{};
};

/// One HTTP request, as a server's thread read it.
struct HttpRequestView {
  RequestId id;
  std::string_view method{};
  std::string_view path{};  ///< percent-decoded, without the query
  std::string_view query{};
  std::string_view authorization{};
  std::string_view content_type{};
  std::string_view client_request_id{};
  std::string_view scenario_id{};
  std::string_view body{};
};

/// To be handed to the shard where `call` lives; when it lives nowhere, answer `not_found_reply`.
struct ForCall {
  CallId call;
  ApiRequest request;
};

/// The administrator wants to read what the store keeps of a call: `call_report_reply`.
struct ForCallReport {
  CallId call;
  std::string client_request_id;
};

/// The administrator deals with the notifications that no bot took: the store's rows, and the shard
/// of the call.
struct ForSetAside {
  std::string client_request_id;
  operations::directory::SetAsideRequest request;
};

/// An answer, or where the request goes: a call's shard, shard 0 (tokens, directory), the store.
using Gated = std::variant<operations::Reply, ForCall, TokenHttpRequest, DirectoryHttpRequest,
                           ForCallReport, ForSetAside>;

/// What an HTTP thread does to a request before a shard sees it: finds the operation, checks the
/// token, parses the body. Answers refusals, discovery documents and keys itself. Pure.
Gated gate_request(const Now& now, const HttpRequestView& request, const GatewayOptions& options,
                   const identity::Directory& directory);

/// The answer when no shard has the call.
operations::Reply not_found_reply(const Now& now, const ApiRequest& request);

/// The whole answer to a request: what was found, or its refusal in Graph's envelope, with the
/// headers of `add_common_headers`.
operations::Reply finish_reply(const Now& now, RequestId id, std::string_view client_request_id,
                               std::string_view scenario_id,
                               Result<operations::Reply, operations::ApiError> result);

/// The headers that every answer of the API has; existing ones stay.
void add_common_headers(operations::Reply& reply, std::string_view request_id,
                        std::string_view client_request_id, std::string_view scenario_id);

}  // namespace parley::platform
