#include "base/text.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Text, ComparesAsciiWithoutCaseAndNothingElse) {
  EXPECT_TRUE(equal_ignoring_case("Bearer", "bEARER"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_FALSE(equal_ignoring_case("bearer", "bearers"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));  // 32 apart, as letters are
  EXPECT_FALSE(equal_ignoring_case("\xC4", "\xE4"));
}

TEST(Text, LowersAsciiOnly) {
  EXPECT_EQ(lower_case("Aa-Zz @[`{ \xC4"), "aa-zz @[`{ \xC4");
}

TEST(Text, TrimsBothEnds) {
  EXPECT_EQ(trim_whitespace(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim_whitespace("a"), "a");
  EXPECT_EQ(trim_whitespace(" \t "), "");
  EXPECT_EQ(trim_whitespace(""), "");
}

}  // namespace
}  // namespace parley
