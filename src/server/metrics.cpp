#include "server/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <vector>

namespace parley::server {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

/// Reads `a="b",c="d"`. Our own names: no escapes are in them.
Labels parse_labels(std::string_view text) {
  Labels labels;
  while (!text.empty()) {
    const std::size_t equals = text.find("=\"");
    if (equals == text.npos) break;
    const std::size_t end = text.find('"', equals + 2);
    if (end == text.npos) break;
    labels.push_back({std::string(text.substr(0, equals)),
                      std::string(text.substr(equals + 2, end - equals - 2))});
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return labels;
}

prometheus::ClientMetric metric(const std::string& own, const std::string& of_source,
                                bool is_counter, double value) {
  prometheus::ClientMetric made;
  made.label = parse_labels(of_source);
  for (auto& label : parse_labels(own)) made.label.push_back(std::move(label));
  if (is_counter)
    made.counter.value = value;
  else
    made.gauge.value = value;
  return made;
}

}  // namespace

void Metrics::publish(const std::string& source, const std::string& labels, Values values) {
  const std::lock_guard lock(mutex_);
  sources_[source] = {labels, std::move(values)};
}

std::string Metrics::render() const {
  std::map<std::string, prometheus::MetricFamily> families;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, source] : sources_) {
      for (const auto& [full, value] : source.values) {
        const std::size_t brace = full.find('{');
        const std::string family_name = "parley_" + full.substr(0, brace);
        const std::string own =
            brace == full.npos ? "" : full.substr(brace + 1, full.size() - brace - 2);
        const bool is_counter = family_name.ends_with("_total");
        prometheus::MetricFamily& family = families[family_name];
        family.name = family_name;
        family.type = is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
        family.metric.push_back(metric(own, source.labels, is_counter, value));
      }
    }
  }
  std::vector<prometheus::MetricFamily> list;
  for (auto& [name, family] : families) list.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(list);
}

}  // namespace parley::server
