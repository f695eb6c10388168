#include "client/digit_script.hpp"

#include <gtest/gtest.h>

namespace parley::client {
namespace {

using namespace std::chrono_literals;

TEST(DigitScript, ReadsKeysAndWaits) {
  const auto script = parse_digit_script("w500 1w200w50#*a D");
  ASSERT_TRUE(script.ok()) << script.error();
  EXPECT_EQ(*script, (DigitScript{{500ms, 1}, {250ms, 11}, {0ms, 10}, {0ms, 12}, {0ms, 15}}));
  EXPECT_TRUE(parse_digit_script("")->empty());
  EXPECT_EQ(parse_digit_script("1w100")->size(), 1u);
}

TEST(DigitScript, SaysWhatIsWrong) {
  EXPECT_EQ(parse_digit_script("12x").error(), "neither a key nor a wait at character 3");
  EXPECT_EQ(parse_digit_script("w").error(), "no number after w at character 1");
  EXPECT_EQ(parse_digit_script("1w-5").error(), "no number after w at character 2");
  EXPECT_FALSE(parse_digit_script("w99999999999 1").ok());
  EXPECT_TRUE(parse_digit_script("w600000 1").ok());
  EXPECT_FALSE(parse_digit_script("w600000w1 1").ok());
  EXPECT_TRUE(parse_digit_script(std::string(kMaxDigits, '1')).ok());
  EXPECT_FALSE(parse_digit_script(std::string(kMaxDigits + 1, '1')).ok());
}

}  // namespace
}  // namespace parley::client
