#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace parley::server {

/// The numbers of all parts, each copied here by its own thread about once a second. Thread-safe.
class Metrics {
 public:
  /// Names as `Counters` writes them, labels included.
  using Values = std::map<std::string, double, std::less<>>;

  /// Replaces what `source` told before. `labels`, such as `shard="0"`, is added to each of its
  /// values; it may be empty.
  void publish(const std::string& source, const std::string& labels, Values values);

  /// Prometheus' text format, every name behind `parley_`. A name that ends in `_total` is a
  /// counter, any other a gauge.
  std::string render() const;

 private:
  struct Source {
    std::string labels;
    Values values;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Source> sources_;
};

}  // namespace parley::server
