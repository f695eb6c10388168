#include "base/uuid.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Uuid, ReadsDashedAndUndashedInAnyCase) {
  const auto dashed = Uuid::parse("57dab8b1-894c-409a-b240-bd8beae78896");
  const auto undashed = Uuid::parse("57DAB8B1894C409AB240BD8BEAE78896");
  ASSERT_TRUE(dashed && undashed);
  EXPECT_EQ(dashed, undashed);
  EXPECT_EQ(undashed->text(), "57dab8b1-894c-409a-b240-bd8beae78896");
}

TEST(Uuid, RefusesOtherText) {
  for (const char* text :
       {"", "57dab8b1", "57dab8b1-894c-409a-b240-bd8beae7889g",
        "57dab8b1894c-409a-b240-bd8beae788961", "57dab8b1-894c-409ab-240-bd8beae78896"})
    EXPECT_FALSE(Uuid::parse(text)) << text;
}

TEST(Uuid, RandomOnesAreOfVersionFour) {
  SeededRandom random(1);
  const Uuid a = Uuid::random(random);
  const Uuid b = Uuid::random(random);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.text()[14], '4');
}

/// The moment of RFC 9562, appendix A.6.
TEST(Uuid, OrderedOnesBeginWithTheirMoment) {
  SeededRandom random(1);
  const UtcTime at{std::chrono::milliseconds(0x017F22E279B0)};
  const Uuid a = Uuid::ordered(at, random);
  const Uuid b = Uuid::ordered(at, random);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.text().substr(0, 15), "017f22e2-79b0-7");
  EXPECT_NE(std::string("89ab").find(a.text()[19]), std::string::npos) << a.text();
  EXPECT_EQ(Uuid::least_of(at).text(), "017f22e2-79b0-7000-8000-000000000000");
  EXPECT_LT(Uuid::least_of(at), a);
  EXPECT_LT(a, Uuid::least_of(at + std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace parley
