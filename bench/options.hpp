#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.hpp"

namespace parley::bench {

/// What may be said on the command line: `--calls 100 --rounds 5 --seconds 20 --flat 1`. The first
/// round warms up, and is not counted.
struct Options {
  std::size_t calls = 0;
  int rounds = 5;
  int seconds = 20;   ///< that each round measures
  bool flat = false;  ///< fail when the server keeps something of each round
};

/// The error is a text for people.
Result<Options, std::string> read_options(std::span<char*> words, Options fallback);

/// What a benchmark's `main` returns: what `run` does with the options, or 2 and why not.
/// @param name  as `make` has it, `bench-NAME`
int run_with_options(const char* name, std::span<char*> words, Options fallback,
                     int (*run)(const Options&));

/// As many open sockets as the system lets us have.
void raise_open_files();

}  // namespace parley::bench
