#include "bench/options.hpp"

#include <sys/resource.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace parley::bench {

Result<Options, std::string> read_options(std::span<char*> words, Options fallback) {
  for (std::size_t i = 1; i < words.size(); i += 2) {
    const std::string_view name = words[i];
    const int value = i + 1 < words.size() ? std::atoi(words[i + 1]) : 0;
    if (value <= 0) return Failure{std::string(name) + " wants a number"};
    if (name == "--calls") {
      fallback.calls = static_cast<std::size_t>(value);
    } else if (name == "--rounds") {
      fallback.rounds = value;
    } else if (name == "--seconds") {
      fallback.seconds = value;
    } else if (name == "--flat") {
      fallback.flat = true;
    } else {
      return Failure{"there is no " + std::string(name) + ": --calls, --rounds, --seconds, --flat"};
    }
  }
  if (fallback.rounds < 2) return Failure{std::string("--rounds: at least 2, the first warms up")};
  return fallback;
}

int run_with_options(const char* name, std::span<char*> words, Options fallback,
                     int (*run)(const Options&)) {
  const auto options = read_options(words, fallback);
  if (options) return run(*options);
  std::cerr << name << ": " << options.error() << '\n';
  return 2;
}

void raise_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace parley::bench
