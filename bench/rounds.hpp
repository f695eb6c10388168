#pragma once

#include <iostream>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace parley::bench {

/// The share of the machine that others may take of a round, 0 to 1.
inline constexpr double kQuiet = 0.03;
inline constexpr const char* kQuietAim = "<= 0.03";

/// Prepares a benchmark and runs its rounds, each told as it ends; the first, which warms up, is
/// left out. The error is a text for people.
template <class Round, class Bench>
Result<std::vector<Round>, std::string> run_rounds(Bench& bench, int count,
                                                   void (*tell)(int, const Round&)) {
  if (const auto prepared = bench.prepare(); !prepared) return Failure{prepared.error()};
  std::vector<Round> rounds;
  for (int i = 0; i < count; ++i) {
    const auto round = bench.run_round();
    if (!round) return Failure{round.error()};
    tell(i, *round);
    if (i > 0) rounds.push_back(*round);
    if (round->others > kQuiet) std::cout << "  others were busy: measure again\n";
  }
  return rounds;
}

}  // namespace parley::bench
