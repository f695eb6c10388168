#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operations/request.hpp"

namespace parley::operations {

/// Why a URL that the server would call (callbackUri, a prompt's) is refused, or nothing. https
/// with a host; plain http only to loopback, where the configuration allows it; no user name and no
/// fragment; no address that the guard denies. The addresses behind a name are checked when it is
/// connected to.
std::optional<std::string> check_outbound_uri(std::string_view uri, const ApiOptions& options);

/// The `callbackUri` of a body, checked; an empty one is as none.
Result<std::optional<std::string>, ApiError> read_callback_uri(std::optional<std::string> uri,
                                                               const ApiOptions& options);

}  // namespace parley::operations
