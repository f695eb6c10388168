#pragma once

#include <functional>
#include <iosfwd>

#include "cli/api_client.hpp"
#include "cli/arguments.hpp"

namespace parley::cli {

/// What the composition root lends to the verbs.
struct CommandHooks {
  std::function<int(const ServeArguments&)> serve;
  /// What a server's configuration says of where it is; the error names the file and the key.
  std::function<Result<ServerPlace, std::string>(const std::string& config)> read_place;
};

struct Console {
  std::ostream& out;
  std::ostream& err;
};

/// `--url` and `--data-dir`, then the configuration, then what the server that last ran in the data
/// folder wrote there (`ports.json`), then the defaults.
Result<ServerPlace, std::string> place_of(const ConnectionArguments& arguments,
                                          const CommandHooks& hooks);

/// Runs one verb; the exit status.
int run_command(const Command& command, const CommandHooks& hooks, Console console);

/// All of `main`: parses, runs, and prints why it could not.
int run_command_line(int argc, const char* const* argv, const CommandHooks& hooks, Console console);

}  // namespace parley::cli
