#pragma once

#include <vector>

namespace parley::bench {

/// What the rounds gave: their median, and the band that holds them all.
struct Band {
  double median = 0;
  double least = 0;
  double most = 0;
};

/// All zeros for no values.
Band band_of(std::vector<double> values);

/// The smallest value that at least `share` (0 to 1) of them do not pass; 0 for none.
double percentile(std::vector<double> values, double share);

}  // namespace parley::bench
