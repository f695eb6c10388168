#include "net/http_writer.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

TEST(HttpWriter, WritesDatesAsRfc9110Does) {
  EXPECT_EQ(http_date(UtcTime(std::chrono::seconds(784111777))), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(UtcTime(std::chrono::milliseconds(951782399999))),
            "Mon, 28 Feb 2000 23:59:59 GMT");
}

TEST(HttpWriter, WritesRequestsWithTheirLength) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/a";
  request.headers = {{"X", "y"}};
  request.body = "abc";
  std::string out;
  write_request_head(out, request, "h:81");
  EXPECT_EQ(out, "POST /a HTTP/1.1\r\nHost: h:81\r\nX: y\r\nContent-Length: 3\r\n\r\n");
}

TEST(HttpWriter, TakesFieldsOfAnyLengthItMaySend) {
  HttpResponse response;
  response.headers = {{"Longest", std::string(65'533, 'x')}, {"Longer", std::string(65'534, 'y')}};
  std::string out;
  write_response_head(out, response, {.date = "now"});
  EXPECT_NE(out.find("Longest: x"), std::string::npos);
  EXPECT_EQ(out.find("Longer:"), std::string::npos);
}

TEST(HttpWriter, KnowsEveryReasonOrSaysStatus) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(413), "Content Too Large");
  EXPECT_EQ(reason_phrase(299), "Status");
}

TEST(HttpWriter, WritesChunks) {
  std::string out;
  write_chunk(out, std::string(26, 'a'));
  write_chunk(out, "");
  EXPECT_EQ(out, "1a\r\n" + std::string(26, 'a') + "\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace parley::net
