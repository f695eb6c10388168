#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operations/request.hpp"

namespace parley::operations {

/// Why a callbackUri is refused, or nothing. https with a host; plain http only to loopback, where
/// the configuration allows it; no user name and no fragment. The addresses behind the host are
/// checked when it is connected to.
std::optional<std::string> check_callback_uri(std::string_view uri, const ApiOptions& options);

/// The same rules for the address of a prompt.
std::optional<std::string> check_prompt_uri(std::string_view uri, const ApiOptions& options);

}  // namespace parley::operations
