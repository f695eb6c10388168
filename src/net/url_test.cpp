#include "net/url.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

TEST(Url, SplitsWhatWeConnectTo) {
  const auto url = Url::parse("HTTPS://Bot.Example:8443/a/b?c=d#fragment");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "bot.example");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_EQ(url->authority(), "bot.example:8443");
  EXPECT_TRUE(url->secure());
}

TEST(Url, KnowsDefaultPortsAndBareForms) {
  EXPECT_EQ(Url::parse("http://h")->port, 80);
  EXPECT_EQ(Url::parse("wss://h")->port, 443);
  EXPECT_EQ(Url::parse("http://h:80/")->authority(), "h");
  EXPECT_EQ(Url::parse("http://h?x")->target, "/?x");
  EXPECT_EQ(Url::parse("http://h#x")->target, "/");
  const auto v6 = Url::parse("ws://[::1]:81/x");
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->authority(), "[::1]:81");
  EXPECT_TRUE(v6->websocket());
}

TEST(Url, RefusesEverythingElse) {
  for (const char* text : {"",
                           "h",
                           "/a",
                           "ftp://h",
                           "file:///etc/passwd",
                           "http:/h",
                           "http://",
                           "http:///a",
                           "http://:80",
                           "http://user@h",
                           "http://user:pass@h/",
                           "http://h:0",
                           "http://h:65536",
                           "http://h:",
                           "http://h:8o",
                           "http://h:-1",
                           "http://h a",
                           "http://h/a b",
                           "http://h/\r\nX: y",
                           "http://h/\x7f",
                           "http://h/\xc3\xa9",
                           "http://[::1",
                           "http://::1/",
                           "http://[h]",
                           "http://[127.0.0.1]",
                           "http://h%41",
                           "http://[::1]x/"})
    EXPECT_FALSE(Url::parse(text)) << text;
}

}  // namespace
}  // namespace parley::net
