#include "platform/form.hpp"

#include <gtest/gtest.h>

namespace parley::platform {
namespace {

TEST(ParseForm, DecodesEscapesAndPlus) {
  const auto form =
      parse_form("a=1&scope=https%3A%2F%2Fx%2F.default&b=one+two&empty=&bare&&last=%4");
  ASSERT_EQ(form.size(), 6u);
  EXPECT_EQ(form[1].second, "https://x/.default");
  EXPECT_EQ(form[2].second, "one two");
  EXPECT_EQ(form[3], (std::pair<std::string, std::string>{"empty", ""}));
  EXPECT_EQ(form[4].first, "bare");
  EXPECT_EQ(form[5].second, "%4");
}

TEST(ParseForm, DecodesAnEscapeAtTheVeryEnd) {
  EXPECT_EQ(parse_form("a=%41").front().second, "A");
}

}  // namespace
}  // namespace parley::platform
