#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parley {

/// Named counters of one thread, passed in. A part keeps the reference that `counter` gives and
/// adds to it; the server copies `all()` into the metrics page. Names are Prometheus names without
/// the `parley_` prefix, labels included: `packets_dropped_total{reason="bad_tag"}`.
class Counters {
 public:
  /// The reference stays valid as long as this object.
  std::uint64_t& counter(std::string_view name);
  const std::map<std::string, std::uint64_t, std::less<>>& all() const { return values_; }

 private:
  std::map<std::string, std::uint64_t, std::less<>> values_;
};

}  // namespace parley
