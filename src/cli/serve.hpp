#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "server/configuration.hpp"

namespace parley::cli {

/// What `parley serve` was asked for.
struct ServeRequest {
  server::ConfigurationSources sources;
  bool print_configuration = false;  ///< every key with its default, then exit
  bool help = false;
};

/// Reads what follows `serve` on the command line. `--set KEY=VALUE` sets any key of the
/// configuration, VALUE in TOML or a plain text; the other flags are shorter ways to write the
/// common ones. The error is a sentence for the operator.
Result<ServeRequest, std::string> read_serve_arguments(std::span<const std::string> arguments);

std::string serve_help();

/// `parley serve`: runs until SIGTERM or SIGINT, then waits for running calls, at most
/// `drain_seconds`; a second signal ends it at once. SIGHUP reads the certificate and the log level
/// again. 0 after a drain, 1 when the server cannot start, 2 for wrong arguments.
int run_serve(std::span<const std::string> arguments);

}  // namespace parley::cli
