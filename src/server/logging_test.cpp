#include "server/logging.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(JsonLog, WritesOneEscapedLine) {
  EXPECT_EQ(json_log_line("T", LogLevel::warning, "it_broke",
                          {{"reason", "a \"b\"\nc"}, {"who", Redacted{"alice"}}}),
            R"({"time":"T","level":"warning","event":"it_broke","reason":"a \"b\"\nc",)"
            R"("who":"[redacted]"})");
  EXPECT_EQ(
      json_log_line("T", LogLevel::info, "e",
                    {{"k",
                      "a\x7F"
                      "b\xC2\x9B"
                      "c\xC3\xA4"}}),
      "{\"time\":\"T\",\"level\":\"info\",\"event\":\"e\",\"k\":\"a\\u007fb\\u009bc\xC3\xA4\"}");
  EXPECT_EQ(log_level_named("error"), LogLevel::error);
  EXPECT_EQ(log_level_named("Error"), std::nullopt);
}

}  // namespace
}  // namespace parley::server
