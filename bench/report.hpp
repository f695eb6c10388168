#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "bench/statistics.hpp"

namespace parley::bench {

/// What one benchmark found: a table for people, and a file for whoever compares.
class Report {
 public:
  Report(std::string name, int rounds) : name_(std::move(name)), rounds_(rounds) {}

  /// @param values  one per round  @param aim  what it should be, or empty
  void add(std::string key, std::vector<double> values, std::string aim = "");
  /// For what is known only of all rounds together.
  void add_whole(std::string key, double value, std::string aim = "") {
    add(std::move(key), {value}, std::move(aim));
  }

  void print(std::ostream& out) const;
  /// `{"name": …, "rounds": …, "figures": {KEY: median, …}, "bands": {KEY: [least, most], …}}`.
  /// False when the file cannot be written.
  bool write(const std::string& file) const;

 private:
  struct Figure {
    std::string key;
    Band band;
    std::string aim;
  };

  std::string name_;
  int rounds_;
  std::vector<Figure> figures_;
};

}  // namespace parley::bench
