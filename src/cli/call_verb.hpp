#pragma once

#include <iosfwd>
#include <string>

#include "base/result.hpp"
#include "cli/api_client.hpp"
#include "cli/arguments.hpp"

namespace parley::cli {

/// Makes (or takes) one call as a user, prints its timeline, then a verdict for each expectation;
/// without any, being answered is expected. True when all were met; the error says why there was no
/// call at all.
Result<bool, std::string> run_call(const CallArguments& arguments, const ServerPlace& place,
                                   std::ostream& out);

}  // namespace parley::cli
