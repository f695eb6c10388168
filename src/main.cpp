#include <iostream>
#include <string>
#include <vector>

#include "cli/serve.hpp"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments.front() == "serve")
    return parley::cli::run_serve(std::span(arguments).subspan(1));
  std::cerr << "usage: parley serve [flags]; see parley serve --help\n";
  return 2;
}
