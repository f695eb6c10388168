#include "server/metrics.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(Metrics, RendersEverySourceUnderOneFamily) {
  Metrics metrics;
  metrics.publish("a", "shard=\"0\"", {{"drops_total{reason=\"x\"}", 2}, {"calls", 1}});
  metrics.publish("b", "shard=\"1\"", {{"drops_total{reason=\"x\"}", 3}});
  metrics.publish("b", "shard=\"1\"", {{"drops_total{reason=\"x\"}", 4}});
  const std::string text = metrics.render();
  EXPECT_NE(text.find("# TYPE parley_drops_total counter"), std::string::npos) << text;
  EXPECT_NE(text.find("parley_drops_total{shard=\"0\",reason=\"x\"} 2"), std::string::npos) << text;
  EXPECT_NE(text.find("parley_drops_total{shard=\"1\",reason=\"x\"} 4"), std::string::npos) << text;
  EXPECT_NE(text.find("# TYPE parley_calls gauge"), std::string::npos) << text;
  EXPECT_NE(text.find("parley_calls{shard=\"0\"} 1"), std::string::npos) << text;
}

}  // namespace
}  // namespace parley::server
