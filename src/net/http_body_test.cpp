#include "net/http_body.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using Error = HttpParseError;
using Kind = HttpFraming::Kind;

/// Feeds `text` in pieces of `step` bytes. The unused rest, or the error.
Result<std::string, Error> feed(HttpBodyDecoder& decoder, std::string text, std::size_t step) {
  std::string waiting;
  while (!text.empty()) {
    waiting += text.substr(0, step);
    text.erase(0, step);
    const auto used = decoder.feed(waiting);
    if (!used) return Failure{used.error()};
    waiting.erase(0, *used);
  }
  return waiting;
}

TEST(HttpBody, TakesChunksInAnyPiecesAndLeavesTheRest) {
  const std::string text =
      "5;ext=\"x\"\r\nhello\r\n00a\r\n, world...\r\n0\r\nTrailer: x\r\n\r\nGET /";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    HttpBodyDecoder decoder({Kind::chunked, 0}, 100);
    const auto rest = feed(decoder, text, step);
    ASSERT_TRUE(rest.ok());
    EXPECT_TRUE(decoder.done());
    EXPECT_EQ(decoder.body(), "hello, world...");
    EXPECT_EQ(*rest, "GET /");
  }
}

TEST(HttpBody, RefusesBrokenChunks) {
  for (const std::string text :
       {"x\r\n", "\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "-1\r\n", "+5\r\nhello\r\n",
        "0x5\r\nhello\r\n", "5\nhello\r\n", "5\r\nhello\n", "5\r\nhelloX\r\n", "5\r\nhello5\r\n",
        "ffffffffffffffff\r\n", "5\r;a\r\nhello\r\n", "0\r\nX: y\n\r\n", "5;\r\r\n"}) {
    HttpBodyDecoder decoder({Kind::chunked, 0}, 100);
    const auto rest = feed(decoder, text, text.size());
    ASSERT_FALSE(rest.ok()) << ::testing::PrintToString(text);
    EXPECT_EQ(rest.error(), Error::malformed) << ::testing::PrintToString(text);
  }
}

TEST(HttpBody, BoundsSizeLinesAndTrailers) {
  HttpBodyDecoder line({Kind::chunked, 0}, 100);
  EXPECT_EQ(feed(line, "5;" + std::string(300, 'x'), 7).error(), Error::malformed);
  HttpBodyDecoder trailers({Kind::chunked, 0}, 100);
  std::string text = "0\r\n";
  for (int i = 0; i < 1000; ++i) text += "X: yyyyyyyy\r\n";
  EXPECT_EQ(feed(trailers, text, 100).error(), Error::malformed);
}

TEST(HttpBody, StopsAtTheLimitAndKeepsWhatCame) {
  HttpBodyDecoder chunked({Kind::chunked, 0}, 8);
  EXPECT_EQ(feed(chunked, "5\r\nhello\r\n4\r\n", 100).error(), Error::body_too_large);
  EXPECT_EQ(chunked.body(), "hello");
  HttpBodyDecoder endless({Kind::until_close, 0}, 8);
  EXPECT_EQ(feed(endless, "0123456789", 100).error(), Error::body_too_large);
  EXPECT_EQ(endless.body(), "01234567");
  EXPECT_TRUE(HttpBodyDecoder({Kind::length, 9}, 8).hopeless());
  EXPECT_FALSE(HttpBodyDecoder({Kind::length, 8}, 8).hopeless());
}

TEST(HttpBody, ABodyOfExactlyTheLimitIsTaken) {
  HttpBodyDecoder chunked({Kind::chunked, 0}, 8);
  EXPECT_EQ(*feed(chunked, "8\r\n01234567\r\n0\r\n\r\n", 3), "");
  EXPECT_TRUE(chunked.done());
  HttpBodyDecoder length({Kind::length, 8}, 8);
  EXPECT_EQ(*feed(length, "01234567GET", 11), "GET");
  EXPECT_TRUE(length.done());
}

}  // namespace
}  // namespace parley::net
