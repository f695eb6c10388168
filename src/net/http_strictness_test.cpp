#include "net/http_strictness.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using Error = HttpParseError;

TEST(HttpStrictness, TheScannerReadsAnyPiecesAndCountsEachLimit) {
  const std::string text = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  for (std::size_t step = 1; step < text.size(); ++step) {
    HttpHeadScanner scanner{HttpHeadLimits{}};
    std::optional<std::size_t> end;
    for (std::size_t size = step; !end; size = std::min(size + step, text.size()))
      end = *scanner.scan(std::string_view(text).substr(0, size));
    EXPECT_EQ(*end, text.size());
  }
  const HttpHeadLimits limits{.line = 14, .headers = 9};
  EXPECT_TRUE(HttpHeadScanner(limits).scan(text).ok());
  EXPECT_EQ(HttpHeadScanner({.line = 13, .headers = 9}).scan(text).error(), Error::line_too_long);
  EXPECT_EQ(HttpHeadScanner({.line = 14, .headers = 8}).scan(text).error(),
            Error::headers_too_large);
  EXPECT_EQ(HttpHeadScanner(limits).scan(std::string(17, 'a')).error(), Error::line_too_long);
}

TEST(HttpStrictness, TheScannerRefusesALineEndThatIsNone) {
  for (const char* text : {"GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: h\n", "\r\n", "\n", "a\rb",
                           "GET / HTTP/1.1\r\nHost: h\r\n\n", "GET / HTTP/1.1\r\n folded\r\n",
                           "GET / HTTP/1.1\r\nX: y\r\n\tfolded\r\n"}) {
    const auto end = HttpHeadScanner(HttpHeadLimits{}).scan(text);
    ASSERT_FALSE(end.ok()) << ::testing::PrintToString(text);
    EXPECT_EQ(end.error(), Error::malformed) << ::testing::PrintToString(text);
  }
}

TEST(HttpStrictness, TellsAnUnknownVersionFromNone) {
  EXPECT_EQ(version_error("GET / HTTP/2.0\r\n\r\n"), Error::unsupported_version);
  for (const char* text :
       {"GET / http/1.1\r\n\r\n", "GET / x HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n"})
    EXPECT_EQ(version_error(text), Error::malformed) << text;
}

TEST(HttpStrictness, SendsNoFieldThatEndsEarlyOrIsTooLongForBeast) {
  EXPECT_TRUE(is_field("X-Name", "a value"));
  EXPECT_TRUE(is_field("X", std::string(65'533, 'x')));
  EXPECT_FALSE(is_field("X", std::string(65'534, 'x')));
  EXPECT_FALSE(is_field("X Name", "a"));
  EXPECT_FALSE(is_field("", "a"));
  EXPECT_FALSE(is_field("X", "a\r\nb"));
}

}  // namespace
}  // namespace parley::net
