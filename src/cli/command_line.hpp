#pragma once

#include <string>
#include <variant>

#include "cli/arguments.hpp"

namespace parley::cli {

/// Help was asked for, or the words make no sense: what to print and the exit status.
struct CommandLineEnd {
  int status = 0;
  std::string out;
  std::string err;
};

/// Reads the words after the program's name.
std::variant<Command, CommandLineEnd> parse_command_line(int argc, const char* const* argv);

}  // namespace parley::cli
