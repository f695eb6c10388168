#include "base/percent.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr const char* kHalfEscapes[] = {"%", "/%2", "/%zz", "/%+1"};

TEST(Percent, DecodesAndRefusesHalfEscapes) {
  EXPECT_EQ(percent_decoded("/a%20b%2Fc%c3%A9+"), "/a b/c\xC3\xA9+");
  for (const char* text : kHalfEscapes) EXPECT_EQ(percent_decoded(text), std::nullopt) << text;
}

TEST(Percent, OfAFormKeepsHalfEscapesAndHasSpaces) {
  EXPECT_EQ(form_decoded("a+b%20c%2B"), "a b c+");
  EXPECT_EQ(form_decoded("%zz+"), "%zz ");
  EXPECT_EQ(form_decoded("/%2"), "/%2");
}

}  // namespace
}  // namespace parley
