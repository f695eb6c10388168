#include "cli/table_text.hpp"

#include <algorithm>

#include "model/names.hpp"

namespace parley::cli {

void TableText::print(std::ostream& out) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], model::count_characters(row[i]));
    }
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      out << row[i] << std::string(widths[i] - model::count_characters(row[i]) + 2, ' ');
    }
    out << row.back() << '\n';
  }
}

}  // namespace parley::cli
