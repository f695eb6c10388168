#include "bench/report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fstream>
#include <iomanip>
#include <ostream>

#include "model/json.hpp"

namespace parley::bench {

void Report::add(std::string key, std::vector<double> values, std::string aim) {
  figures_.push_back({std::move(key), band_of(std::move(values)), std::move(aim)});
}

void Report::print(std::ostream& out) const {
  constexpr int kName = 34;
  constexpr int kNumber = 12;
  out << '\n'
      << std::left << std::setw(kName) << name_ << std::right << std::setw(kNumber) << "median"
      << std::setw(kNumber) << "least" << std::setw(kNumber) << "most"
      << "  aim\n";
  for (const Figure& figure : figures_) {
    const int digits = figure.band.median >= 1'000 ? 0 : 3;
    out << std::left << std::setw(kName) << figure.key << std::right << std::fixed
        << std::setprecision(digits);
    for (const double value : {figure.band.median, figure.band.least, figure.band.most})
      out << std::setw(kNumber) << value;
    out << "  " << figure.aim << '\n';
  }
  out.flush();
}

bool Report::write(const std::string& file) const {
  boost::json::object figures;
  boost::json::object bands;
  for (const Figure& figure : figures_) {
    figures[figure.key] = figure.band.median;
    bands[figure.key] = boost::json::array{figure.band.least, figure.band.most};
  }
  boost::json::object whole{{"name", name_}, {"rounds", rounds_}};
  whole["figures"] = std::move(figures);
  whole["bands"] = std::move(bands);
  std::ofstream out(file);
  out << model::write_json(model::Json(std::move(whole))) << '\n';
  return out.good();
}

}  // namespace parley::bench
