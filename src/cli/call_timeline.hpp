#pragma once

#include <string>

#include "base/time.hpp"
#include "client/user_agent.hpp"

namespace parley::cli {

/// What happened, as a line of `parley call` says it.
std::string event_text(const client::UserAgentEvent& event);

/// Seconds since the beginning, to the millisecond, in eight columns: `  12.034`.
std::string timestamp_text(Duration since_start);

}  // namespace parley::cli
