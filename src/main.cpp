#include <iostream>

#include "cli/dispatch.hpp"
#include "cli/serve.hpp"
#include "server/file_io.hpp"

namespace {

using namespace parley;

/// Where the server of this configuration is reached and keeps its data.
Result<cli::ServerPlace, std::string> read_place(const std::string& path) {
  auto text = server::read_file(path);
  if (!text) return Failure{"--config: cannot read " + path};
  const auto configuration = server::read_configuration({.file{{path, std::move(*text)}}});
  if (!configuration) return Failure{configuration.error()};
  const std::string url = configuration->public_url.empty()
                              ? "https://" + configuration->listen_https.front()
                              : configuration->public_url;
  return cli::ServerPlace{.url = url, .data_dir = configuration->data};
}

int serve(const cli::ServeArguments& arguments) {
  return cli::run_serve(arguments.words);
}

}  // namespace

int main(int argc, char** argv) {
  return cli::run_command_line(argc, argv, {serve, read_place}, {std::cout, std::cerr});
}
