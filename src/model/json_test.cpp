#include "model/json.hpp"

#include <gtest/gtest.h>

namespace parley::model {
namespace {

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Json, KeepsWhatItReads) {
  const std::string text =
      R"({"a":[1,-2,0.5,true,null,"x\"\\\n\u0001"],"b":{},"c":[],"d":18446744073709551615,"e":"\u00e4😀"})";
  const auto json = parse_json(text);
  ASSERT_TRUE(json.ok()) << json.error().message;
  EXPECT_EQ(
      write_json(*json),
      R"({"a":[1,-2,0.5,true,null,"x\"\\\n\u0001"],"b":{},"c":[],"d":18446744073709551615,"e":"ä😀"})");
}

TEST(Json, WritesNumbersAsPeopleDo) {
  EXPECT_EQ(write_json(Json(0.5)), "0.5");
  EXPECT_EQ(write_json(Json(100000.0)), "100000");
  EXPECT_EQ(write_json(Json(-12.25)), "-12.25");
  EXPECT_EQ(write_json(Json(0.0)), "0");
  EXPECT_EQ(write_json(Json(1e300)), "1e+300");
}

TEST(Json, ReadsNumbersExactly) {
  for (const char* text : {"6.22e+224", "1.7976931348623157e+308", "0.1", "123456789.12345678"})
    EXPECT_EQ(write_json(*parse_json(text)), text);
  EXPECT_FALSE(parse_json("1e999").ok());
  EXPECT_EQ(write_json(*parse_json("-1e-9999")), "0");
}

TEST(Json, RefusesWhatReadersTakeDifferently) {
  const char* texts[] = {R"({"a":1,"a":2})",
                         R"([{"b":{"a":1,"c":[],"\u0061":2}}])",
                         "NaN",
                         "[NaN]",
                         "Infinity",
                         "\xEF\xBB\xBF{}",
                         R"(["\ud800"])",
                         R"(["\udc00"])",
                         R"(["\ud800x"])",
                         "{} {}",
                         "{}x",
                         "[1,]",
                         "{\"a\":1,}",
                         "// note\n{}",
                         "",
                         "  ",
                         "{",
                         "[01]",
                         "'a'",
                         "[\"\xFF\"]",
                         "[\"\n\"]"};
  for (const char* text : texts) {
    const auto json = parse_json(text);
    ASSERT_FALSE(json.ok()) << text;
    EXPECT_FALSE(json.error().message.empty()) << text;
  }
}

TEST(Json, NamesTheDuplicateAndThePlace) {
  const auto json = parse_json(R"({"id":1,"x":2,"id":3} )");
  ASSERT_FALSE(json.ok());
  EXPECT_EQ(json.error().message, "the member \"id\" occurs twice");
  EXPECT_EQ(json.error().offset, 20u);
  const auto deep = parse_json(R"([{"b":[{"a":{"c":1},"\u0061":2}]}])");
  ASSERT_FALSE(deep.ok());
  EXPECT_EQ(deep.error().message, "the member \"a\" occurs twice");
  const auto trailing = parse_json("{}  x");
  ASSERT_FALSE(trailing.ok());
  EXPECT_EQ(trailing.error().offset, 4u);
}

TEST(Json, TakesTheSameNameInDifferentObjects) {
  EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})").ok());
}

TEST(Json, StopsAtTheDepthLimit) {
  EXPECT_TRUE(parse_json(nested(kMaxJsonDepth)).ok());
  const auto deeper = parse_json(nested(kMaxJsonDepth + 1));
  ASSERT_FALSE(deeper.ok());
  EXPECT_EQ(deeper.error().message, "more than 64 levels of objects and arrays");
}

TEST(Json, TakesWhiteSpaceAround) {
  EXPECT_TRUE(parse_json(" \r\n\t[1] \n").ok());
}

}  // namespace
}  // namespace parley::model
