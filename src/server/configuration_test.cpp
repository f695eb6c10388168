#include "server/configuration.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

Result<Configuration, std::string> read(const std::string& text) {
  return read_configuration({.file = std::pair("parley.toml", text)});
}

std::string error_of(const std::string& text) {
  const auto read_back = read(text);
  return read_back ? "" : read_back.error();
}

TEST(Configuration, WithoutAFileIsTheDemoOnLoopback) {
  const auto demo = read_configuration({});
  ASSERT_TRUE(demo.ok()) << demo.error();
  EXPECT_TRUE(demo->demo);
  EXPECT_EQ(demo->listen_https, std::vector<std::string>{"127.0.0.1:8443"});
  EXPECT_EQ(demo->listen_page, "127.0.0.1:8080");
  EXPECT_EQ(demo->listen_metrics, "127.0.0.1:9464");
  EXPECT_EQ(demo->media_bind, (std::vector<std::string>{"127.0.0.1:40000", "[::1]:40000"}));
  EXPECT_TRUE(demo->webhooks_allow_loopback);
}

TEST(Configuration, AFileHasNoDemoUnlessItSaysSo) {
  const auto plain = read("");
  ASSERT_TRUE(plain.ok()) << plain.error();
  EXPECT_FALSE(plain->demo);
  EXPECT_FALSE(plain->webhooks_allow_loopback);
  EXPECT_EQ(plain->listen_page, "");
}

TEST(Configuration, TakesTablesAndDottedKeysAndEveryType) {
  const auto given = read(R"(
public_url = "https://calls.example.com"
shards = 3
listen.https = "0.0.0.0:443"
[media]
bind = ["10.0.0.5:50000"]
advertise = ["192.0.2.7"]
[webhooks]
allow_private = true
)");
  ASSERT_TRUE(given.ok()) << given.error();
  EXPECT_EQ(given->public_url, "https://calls.example.com");
  EXPECT_EQ(given->shards, 3u);
  EXPECT_EQ(given->listen_https, std::vector<std::string>{"0.0.0.0:443"});
  EXPECT_EQ(given->media_advertise, std::vector<std::string>{"192.0.2.7"});
  EXPECT_TRUE(given->webhooks_allow_private);
}

TEST(Configuration, FlagsWinOverTheFile) {
  const auto given =
      read_configuration({.file = std::pair("f", "shards = 3\n"),
                          .flags = {{"shards", "1"}, {"data", toml_string("a \"b\"\\c")}}});
  ASSERT_TRUE(given.ok()) << given.error();
  EXPECT_EQ(given->shards, 1u);
  EXPECT_EQ(given->data, "a \"b\"\\c");
}

TEST(Configuration, AnUnknownKeyIsNamedWithTheNearestKnownOne) {
  EXPECT_EQ(error_of("\nshard = 2\n"),
            "parley.toml (line 2): unknown key shard; did you mean shards?");
  EXPECT_NE(error_of("[listen]\nhtttps = \"127.0.0.1:1\"\n").find("listen.https?"),
            std::string::npos);
  EXPECT_NE(error_of("[nowhere]\nx = 1\n").find("unknown key nowhere"), std::string::npos);
}

TEST(Configuration, AWrongTypeAndBrokenTomlNameTheLine) {
  EXPECT_EQ(error_of("shards = \"two\"\n"),
            "parley.toml (line 1): shards must be a whole number from 0 to 64");
  EXPECT_EQ(error_of("shards = -1\n"),
            "parley.toml (line 1): shards must be a whole number from 0 to 64, not -1");
  EXPECT_EQ(error_of("demo = 1\n"), "parley.toml (line 1): demo must be true or false");
  EXPECT_EQ(error_of("media.bind = [1]\n"),
            "parley.toml (line 1): media.bind must be a string or a list of strings");
  EXPECT_TRUE(error_of("\n\nshards = = 1\n").starts_with("parley.toml: line 3: "));
}

TEST(Configuration, ADemoOffLoopbackIsRefused) {
  const std::string url = "public_url = \"https://calls.example.com\"\ndemo = true\n";
  EXPECT_NE(error_of(url + "listen.https = \"0.0.0.0:8443\"\n").find("demo = true is refused"),
            std::string::npos);
  EXPECT_NE(error_of(url + "media.bind = [\"192.0.2.1:40000\"]\n").find("demo = true is refused"),
            std::string::npos);
  EXPECT_EQ(error_of("demo = true\n"), "");
}

TEST(Configuration, WhatIsUnsafeOrImpossibleIsRefused) {
  EXPECT_NE(error_of("listen.https = \"0.0.0.0:8443\"\n").find("public_url is needed"),
            std::string::npos);
  EXPECT_NE(error_of("listen.page = \"0.0.0.0:8080\"\n").find("plain http"), std::string::npos);
  EXPECT_NE(error_of("listen.https = \"localhost\"\n").find("not an address"), std::string::npos);
  EXPECT_NE(error_of("media.bind = []\n").find("media.bind"), std::string::npos);
  EXPECT_NE(error_of("shards = 2\nmedia.bind = [\"127.0.0.1:65535\"]\n").find("too few ports"),
            std::string::npos);
  EXPECT_EQ(error_of("shards = 1\nmedia.bind = [\"127.0.0.1:65535\"]\n"), "");
  EXPECT_NE(error_of("tls.key = \"k.pem\"\n").find("come together"), std::string::npos);
  EXPECT_NE(error_of("log.level = \"loud\"\n").find("log.level"), std::string::npos);
  for (const char* url : {"http://a.example", "https://a.example/", "https://a.example/x", "a"})
    EXPECT_NE(error_of("public_url = \"" + std::string(url) + "\"\n").find("public_url"),
              std::string::npos)
        << url;
}

TEST(Configuration, EveryNumberHasARangeWithBothEndsAndWhatIsBesideThemIsRefused) {
  for (const Setting& setting : settings()) {
    if (!std::holds_alternative<std::uint32_t Configuration::*>(setting.member)) continue;
    const std::string name(setting.name);
    const auto [least, most] = setting.range;
    ASSERT_LT(least, most) << name;
    for (const std::int64_t wrong : {std::int64_t{least} - 1, std::int64_t{most} + 1})
      EXPECT_EQ(error_of(name + " = " + std::to_string(wrong) + "\n"),
                "parley.toml (line 1): " + name + " must be a whole number from " +
                    setting.range.text() + ", not " + std::to_string(wrong));
  }
}

TEST(Configuration, RetriesThatContradictEachOtherAreRefused) {
  EXPECT_EQ(error_of("[webhooks]\nfirst_backoff_milliseconds = 2001\n"
                     "largest_backoff_seconds = 2\n"),
            "webhooks.first_backoff_milliseconds is 2001; it must be at most "
            "webhooks.largest_backoff_seconds, 2 s");
  EXPECT_EQ(error_of("webhooks.incoming_first_backoff_milliseconds = 2001\n"),
            "webhooks.incoming_first_backoff_milliseconds is 2001; it must be at most "
            "webhooks.incoming_largest_backoff_seconds, 2 s");
  EXPECT_EQ(error_of("webhooks.last_after_end_minutes = 9\n"),
            "webhooks.last_after_end_minutes is 9; it must be at least "
            "webhooks.after_end_minutes, 10");
}

TEST(Configuration, TakesIceServersInEitherForm) {
  const auto given = read(R"(
[[ice_servers]]
urls = "stun:stun.example.com"
[[ice_servers]]
urls = ["turn:192.0.2.1:3478?transport=udp", "turns:[2001:db8::1]:443?transport=tcp"]
username = "u"
credential = "c"
)");
  ASSERT_TRUE(given.ok()) << given.error();
  ASSERT_EQ(given->ice_servers.size(), 2u);
  EXPECT_EQ(given->ice_servers[0].urls, std::vector<std::string>{"stun:stun.example.com"});
  EXPECT_EQ(given->ice_servers[0].username, std::nullopt);
  EXPECT_EQ(given->ice_servers[1].urls.size(), 2u);
  EXPECT_EQ(given->ice_servers[1].username, "u");
  EXPECT_EQ(given->ice_servers[1].credential, "c");
  EXPECT_EQ(read("ice_servers = [{urls = \"stun:h:1\"}]\n")->ice_servers.size(), 1u);
}

TEST(Configuration, IceServersThatABrowserWouldThrowOnAreRefused) {
  for (const char* value : {"\"stun:h\"", "[\"stun:h\"]", "[{urls = 1}]", "[{urls = [1]}]",
                            "[{urls = \"stun:h\", user = \"u\"}]",
                            "[{urls = \"turn:h\", username = \"u\", credential = 1}]"})
    EXPECT_EQ(
        error_of("ice_servers = " + std::string(value) + "\n"),
        "parley.toml (line 1): ice_servers must be a list of tables, each with urls (a string "
        "or a list of strings) and perhaps username and credential (strings)")
        << value;
  for (const char* url :
       {"", "stun", "stun:", "http://h", "stun://h", "stun:h?transport=udp", "turn:h?transport=tls",
        "turn:h?transport=tcp?transport=udp", "turn:u@h", "stun:h:0", "stun:h:x", "stun:h/p"}) {
    const std::string error = error_of("ice_servers = [{urls = \"" + std::string(url) + "\"}]\n");
    EXPECT_NE(error.find("ice_servers: \"" + std::string(url) + "\" is not a STUN or TURN server"),
              std::string::npos)
        << error;
  }
  EXPECT_EQ(error_of("ice_servers = [{urls = \"turn:h\", username = \"u\"}]\n"),
            "ice_servers: turn:h needs a username and a credential");
  EXPECT_EQ(error_of("ice_servers = [{}]\n"), "ice_servers: a server with 0 urls; allowed: 1 to 8");
  std::string urls;
  for (int i = 0; i < 9; ++i) urls += "\"stun:h\",";
  EXPECT_EQ(error_of("ice_servers = [{urls = [" + urls + "]}]\n"),
            "ice_servers: a server with 9 urls; allowed: 1 to 8");
  std::string nine;
  for (int i = 0; i < 9; ++i) nine += "{urls = \"stun:h\"},";
  EXPECT_EQ(error_of("ice_servers = [" + nine + "]\n"), "ice_servers: 9 servers; allowed: 0 to 8");
}

TEST(Configuration, TrustedProxiesAreAddressesAndNetworks) {
  const auto given = read("trusted_proxies = [\"10.0.0.0/8\", \"2001:db8::7\"]\n");
  ASSERT_TRUE(given.ok()) << given.error();
  EXPECT_EQ(given->trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "2001:db8::7"}));
  for (const char* wrong : {"proxy.example.com", "10.0.0.1/8", "10.0.0.0/33", ""})
    EXPECT_EQ(error_of("trusted_proxies = \"" + std::string(wrong) + "\"\n"),
              "trusted_proxies: \"" + std::string(wrong) +
                  "\" is not an IP address or a network of them, such as 10.0.0.0/8, without bits "
                  "behind its prefix");
  EXPECT_NE(error_of("trusted_proxies = \"0.0.0.0/0\"\n").find("everybody"), std::string::npos);
}

TEST(Configuration, TheReferenceIsAConfigurationAndNamesEveryKeyOnce) {
  const std::string reference = configuration_reference();
  ASSERT_TRUE(read(reference).ok());
  for (const Setting& setting : settings()) {
    const std::string line = "\n" + std::string(setting.name) + " = ";
    EXPECT_NE(reference.find(line), std::string::npos) << setting.name;
    EXPECT_TRUE(setting.meaning.ends_with('.')) << setting.name;
  }
  EXPECT_NE(reference.find("Threads for prompts, passwords and reads of the store. Allowed: 1 to "
                           "64.\nworkers = 2\n"),
            std::string::npos);
}

}  // namespace
}  // namespace parley::server
