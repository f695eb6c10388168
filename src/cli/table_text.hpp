#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace parley::cli {

/// Prints columns, each as wide as its widest text; the last one is not padded.
class TableText {
 public:
  explicit TableText(std::vector<std::string> titles) : rows_{std::move(titles)} {}
  /// As many texts as there are titles.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace parley::cli
