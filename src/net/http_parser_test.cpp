#include "net/http_parser.hpp"

#include <gtest/gtest.h>

#include "net/http_strictness.hpp"

namespace parley::net {
namespace {

using Error = HttpParseError;
using Kind = HttpParser::Kind;

/// The parser after a head that must be taken.
HttpParser after(const std::string& head, Kind kind = Kind::request, std::size_t limit = 100) {
  HttpParser parser(kind, limit);
  EXPECT_EQ(parser.put_head(head), std::nullopt) << head;
  return parser;
}

/// What stops a head: the scanner in front of the parser, or the parser.
std::optional<Error> refusal(const std::string& text, Kind kind = Kind::request) {
  const auto end = HttpHeadScanner(HttpHeadLimits{}).scan(text);
  if (!end) return end.error();
  EXPECT_EQ(end->value_or(0), text.size()) << ::testing::PrintToString(text);
  return HttpParser(kind, 100).put_head(text);
}

std::string with(const std::string& headers) {
  return "POST /a HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

HttpParser chunked(std::size_t limit = 100) {
  return after(with("Transfer-Encoding: chunked\r\n"), Kind::request, limit);
}

/// Puts `text` in pieces of `step` bytes. The unused rest, or the error.
Result<std::string, Error> put(HttpParser& parser, std::string text, std::size_t step) {
  std::string waiting;
  while (!text.empty()) {
    waiting += text.substr(0, step);
    text.erase(0, step);
    const auto used = parser.put_body(waiting);
    if (!used) return Failure{used.error()};
    waiting.erase(0, *used);
  }
  return waiting;
}

TEST(HttpParser, TakesAnOrdinaryRequest) {
  HttpParser parser =
      after("POST /a?b=%20 HTTP/1.1\r\nHost: h\r\nX-One:\t v w \r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(parser.head().method, "POST");
  EXPECT_EQ(parser.head().target, "/a?b=%20");
  EXPECT_EQ(parser.head().headers.get("x-one"), "v w");
  EXPECT_TRUE(parser.head().keep_alive);
  EXPECT_FALSE(parser.done());
  EXPECT_EQ(*put(parser, "abcGET", 6), "GET");
  EXPECT_TRUE(parser.done());
  EXPECT_EQ(parser.body(), "abc");
}

TEST(HttpParser, CutsAnAbsoluteTargetToItsOriginForm) {
  EXPECT_EQ(after("GET http://h:80/a?b HTTP/1.1\r\nHost: h\r\n\r\n").head().target, "/a?b");
  EXPECT_EQ(after("GET https://h HTTP/1.1\r\nHost: h\r\n\r\n").head().target, "/");
  EXPECT_EQ(after("GET http://h?b HTTP/1.1\r\nHost: h\r\n\r\n").head().target, "/?b");
  EXPECT_EQ(after("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").head().target, "*");
}

TEST(HttpParser, KnowsWhetherTheConnectionStays) {
  EXPECT_FALSE(after(with("Connection: foo, Close\r\n")).head().keep_alive);
  EXPECT_FALSE(after("GET / HTTP/1.0\r\n\r\n").head().keep_alive);
  EXPECT_TRUE(after("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head().keep_alive);
}

TEST(HttpParser, RefusesWhatTwoRecipientsCouldReadDifferently) {
  const std::string cases[] = {
      "GET / HTTP/1.1\nHost: h\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\n\n",
      "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET / x HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET /\x80 HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
      "GET / http/1.1\r\nHost: h\r\n\r\n",
      "GET /\r\nHost: h\r\n\r\n",
      "G(T / HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET a HTTP/1.1\r\nHost: h\r\n\r\n",
      "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n",
      with("X : y\r\n"),
      with(" folded\r\n"),
      with("X: y\r\n folded\r\n"),
      with(": y\r\n"),
      with("nocolon\r\n"),
      with(std::string("X: a\0b\r\n", 8)),
      with("X: a\x01\r\n"),
      with("Content-Length: 1\r\nContent-Length: 2\r\n"),
      with("Content-Length: 1\r\nContent-Length: 1\r\n"),
      with("Content-Length: 1, 1\r\n"),
      with("Content-Length: +1\r\n"),
      with("Content-Length: -1\r\n"),
      with("Content-Length: 0x1\r\n"),
      with("Content-Length: 1 1\r\n"),
      with("Content-Length:\r\n"),
      with("Content-Length: 99999999999999999999\r\n"),
      with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
      with("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"),
      with("Transfer-Encoding: gzip\r\nContent-Length: 1\r\n"),
      with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
  };
  for (const std::string& text : cases)
    EXPECT_EQ(refusal(text), Error::malformed) << ::testing::PrintToString(text);
}

TEST(HttpParser, RefusesOtherCodingsAndVersionsByName) {
  for (const char* coding :
       {"gzip", "chunked, chunked", "gzip, chunked", "xchunked", "identity", "chunked;q=1"})
    EXPECT_EQ(refusal(with("Transfer-Encoding: " + std::string(coding) + "\r\n")),
              Error::unsupported_coding)
        << coding;
  EXPECT_EQ(refusal("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), Error::unsupported_version);
  EXPECT_EQ(refusal("GET / HTTP/1.2\r\nHost: h\r\n\r\n"), Error::unsupported_version);
}

TEST(HttpParser, TooManyFieldsAreTooLarge) {
  std::string many;
  for (int i = 0; i < 200; ++i) many += "a:\r\n";
  EXPECT_EQ(refusal(with(many)), Error::headers_too_large);
}

TEST(HttpParser, ReadsResponsesAndTheirFraming) {
  EXPECT_TRUE(after("HTTP/1.1 200 OK\r\n\r\n", Kind::response).until_close());
  EXPECT_TRUE(after("HTTP/1.1 204\r\n\r\n", Kind::response).done());
  EXPECT_EQ(after("HTTP/1.1 204\r\n\r\n", Kind::response).head().status, 204);
  EXPECT_TRUE(after("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Kind::response_to_head).done());
  EXPECT_FALSE(
      after("HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n", Kind::response).until_close());
  EXPECT_FALSE(after("HTTP/1.0 200 OK\r\n\r\n", Kind::response).head().keep_alive);
  for (const char* bad :
       {"HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        "ICY 200\r\n\r\n", "HTTP/1.1 099 x\r\n\r\n", "HTTP/1.1\r\n\r\n", "\r\n\r\n"})
    EXPECT_TRUE(refusal(bad, Kind::response)) << bad;
}

TEST(HttpParser, TakesChunksInAnyPiecesAndLeavesTheRest) {
  const std::string text =
      "5;ext=\"x\"\r\nhello\r\n00a\r\n, world...\r\n0\r\nTrailer: x\r\n\r\nGET /";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    HttpParser parser = chunked();
    const auto rest = put(parser, text, step);
    ASSERT_TRUE(rest.ok());
    EXPECT_TRUE(parser.done());
    EXPECT_EQ(parser.body(), "hello, world...");
    EXPECT_EQ(*rest, "GET /");
  }
}

// Beast's own assertion would abort on some of these pieces.
TEST(HttpParser, TakesAnEmptyChunkedBodyInAnyPieces) {
  for (const std::string text : {"0\r\n\r\n", "00\r\n\r\n", "0;a\r\n\r\n", "0\r\nX: y\r\n\r\n"})
    for (std::size_t step = 1; step <= text.size(); ++step) {
      HttpParser parser = chunked();
      EXPECT_EQ(*put(parser, text, step), "") << text;
      EXPECT_TRUE(parser.done()) << text;
    }
}

TEST(HttpParser, ATrailerFieldIsNoHeader) {
  HttpParser parser = chunked();
  EXPECT_EQ(*put(parser, "0\r\nX-Late: y\r\nConnection: close\r\n\r\n", 7), "");
  EXPECT_FALSE(parser.head().headers.get("x-late"));
  EXPECT_TRUE(parser.head().keep_alive);
}

// Some only when a few more bytes have come: Beast reads a chunk's end with the next size line.
TEST(HttpParser, RefusesBrokenChunks) {
  for (const std::string text :
       {"x\r\n", "\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "-1\r\n", "+5\r\nhello\r\n",
        "0x5\r\nhello\r\n\r\n", "5\nhello\r\n", "5\r\nhello\n0\r\n", "5\r\nhelloX\r\n0\r\n",
        "5\r\nhello5\r\n0\r\n", "ffffffffffffffffff\r\n", "5\r;a\r\nhello\r\n",
        "0\r\nX: y\n\r\n\r\n", "5;\r\r\n", "5;a=\"\n\"\r\nhello\r\n",
        "5;a=\"\x01\"\r\nhello\r\n"}) {
    HttpParser parser = chunked();
    const auto rest = put(parser, text, text.size());
    ASSERT_FALSE(rest.ok()) << ::testing::PrintToString(text);
    EXPECT_EQ(rest.error(), Error::malformed) << ::testing::PrintToString(text);
  }
}

TEST(HttpParser, BoundsSizeLinesAndTrailers) {
  HttpParser line = chunked();
  EXPECT_EQ(put(line, "5;" + std::string(9000, 'x'), 700).error(), Error::malformed);
  HttpParser trailers = chunked();
  std::string text = "0\r\n";
  for (int i = 0; i < 1000; ++i) text += "X: yyyyyyyy\r\n";
  EXPECT_EQ(put(trailers, text, 100).error(), Error::malformed);
}

TEST(HttpParser, ARequestsBodyIsRefusedAsSoonAsItIsKnownToBeTooLarge) {
  EXPECT_EQ(refusal(with("Content-Length: 101\r\n")), Error::body_too_large);
  EXPECT_EQ(refusal(with("Content-Length: 18446744073709551615\r\n")), Error::body_too_large);
  EXPECT_EQ(refusal(with("Content-Length: 100\r\n")), std::nullopt);
  HttpParser parser = chunked(8);
  EXPECT_EQ(put(parser, "5\r\nhello\r\n4\r\n", 100).error(), Error::body_too_large);
  EXPECT_EQ(parser.body(), "hello");
}

TEST(HttpParser, AResponsesBodyIsTakenUpToTheLimit) {
  for (const char* framing : {"", "Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n"}) {
    HttpParser parser =
        after("HTTP/1.1 200 OK\r\n" + std::string(framing) + "\r\n", Kind::response, 8);
    const std::string prefix = framing[0] == 'T' ? "a\r\n" : "";
    EXPECT_EQ(put(parser, prefix + "0123456789", 100).error(), Error::body_too_large);
    EXPECT_EQ(parser.body(), "01234567");
  }
}

TEST(HttpParser, ABodyOfExactlyTheLimitIsTaken) {
  HttpParser chunks = chunked(8);
  EXPECT_EQ(*put(chunks, "8\r\n01234567\r\n0\r\n\r\n", 3), "");
  EXPECT_TRUE(chunks.done());
  HttpParser length = after(with("Content-Length: 8\r\n"), Kind::request, 8);
  EXPECT_EQ(*put(length, "01234567GET", 11), "GET");
  EXPECT_TRUE(length.done());
}

}  // namespace
}  // namespace parley::net
