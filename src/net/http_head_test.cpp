#include "net/http_head.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

using Error = HttpParseError;
using Kind = HttpFraming::Kind;

Result<HttpRequestHead, Error> parse(const std::string& text) {
  HttpHeadScanner scanner{HttpHeadLimits{}};
  const auto end = scanner.scan(text);
  if (!end) return Failure{end.error()};
  EXPECT_EQ(end->value_or(0), text.size());
  return parse_request_head(text);
}

std::string with(const std::string& headers) {
  return "POST /a HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

TEST(HttpHead, TakesAnOrdinaryRequest) {
  const auto head =
      parse("POST /a?b=%20 HTTP/1.1\r\nHost: h\r\nX-One:\t v w \r\nContent-Length: 3\r\n\r\n");
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->request.method, "POST");
  EXPECT_EQ(head->request.target, "/a?b=%20");
  EXPECT_EQ(head->request.headers.get("x-one"), "v w");
  EXPECT_EQ(head->framing.kind, Kind::length);
  EXPECT_EQ(head->framing.length, 3u);
  EXPECT_TRUE(head->keep_alive);
}

TEST(HttpHead, CutsAnAbsoluteTargetToItsOriginForm) {
  EXPECT_EQ(parse("GET http://h:80/a?b HTTP/1.1\r\nHost: h\r\n\r\n")->request.target, "/a?b");
  EXPECT_EQ(parse("GET https://h HTTP/1.1\r\nHost: h\r\n\r\n")->request.target, "/");
  EXPECT_EQ(parse("GET http://h?b HTTP/1.1\r\nHost: h\r\n\r\n")->request.target, "/?b");
  EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")->request.target, "*");
}

TEST(HttpHead, KnowsWhetherTheConnectionStays) {
  EXPECT_FALSE(parse(with("Connection: foo, Close\r\n"))->keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->keep_alive);
}

TEST(HttpHead, RefusesWhatTwoRecipientsCouldReadDifferently) {
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
      with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
  };
  for (const std::string& text : cases) {
    const auto head = parse(text);
    ASSERT_FALSE(head.ok()) << ::testing::PrintToString(text);
    EXPECT_EQ(head.error(), Error::malformed) << ::testing::PrintToString(text);
  }
}

TEST(HttpHead, RefusesOtherCodingsAndVersionsByName) {
  for (const char* coding :
       {"gzip", "chunked, chunked", "xchunked", "identity", "chunked;q=1", "\"chunked\""})
    EXPECT_EQ(parse(with("Transfer-Encoding: " + std::string(coding) + "\r\n")).error(),
              Error::unsupported_coding);
  EXPECT_EQ(parse("GET / HTTP/2.0\r\nHost: h\r\n\r\n").error(), Error::unsupported_version);
}

TEST(HttpHead, TheScannerReadsAnyPiecesAndCountsEachLimit) {
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

TEST(HttpHead, TooManyFieldsAreTooLarge) {
  std::string many;
  for (int i = 0; i < 200; ++i) many += "a:\r\n";
  EXPECT_EQ(parse(with(many)).error(), Error::headers_too_large);
}

TEST(HttpHead, ReadsResponsesAndTheirFraming) {
  const auto head = [](const std::string& text, bool to_head = false) {
    return parse_response_head(text, to_head);
  };
  EXPECT_EQ(head("HTTP/1.1 200 OK\r\n\r\n")->framing.kind, Kind::until_close);
  EXPECT_EQ(head("HTTP/1.1 204\r\n\r\n")->framing.kind, Kind::none);
  EXPECT_EQ(head("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true)->framing.kind, Kind::none);
  EXPECT_EQ(head("HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n")->framing.kind,
            Kind::chunked);
  EXPECT_FALSE(head("HTTP/1.0 200 OK\r\n\r\n")->keep_alive);
  for (const char* bad :
       {"HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        "ICY 200\r\n\r\n", "HTTP/1.1 099 x\r\n\r\n", "HTTP/1.1\r\n\r\n", "\r\n\r\n"})
    EXPECT_FALSE(head(bad).ok()) << bad;
}

}  // namespace
}  // namespace parley::net
