#include "net/forwarded_client.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::net {
namespace {

/// The address found among these fields; the proxies are 10.0.0.0/8 and ::1.
std::string client_of(const std::vector<std::string>& values) {
  const std::vector<IpNetwork> trusted = {*IpNetwork::parse("10.0.0.0/8"),
                                          *IpNetwork::parse("::1")};
  HttpHeaders headers = {{"Via", "proxy"}};
  for (const std::string& value : values) headers.add("x-forwarded-for", value);
  const auto client = forwarded_client(headers, trusted);
  return client ? client->text() : "nobody";
}

TEST(ForwardedClient, IsTheRightmostThatIsNoProxy) {
  EXPECT_EQ(client_of({"192.0.2.1"}), "192.0.2.1");
  EXPECT_EQ(client_of({"192.0.2.1, 10.0.0.1,10.0.0.2"}), "192.0.2.1");
  EXPECT_EQ(client_of({"198.51.100.9, 192.0.2.1, ::1"}), "192.0.2.1");
  EXPECT_EQ(client_of({"2001:db8::7 , 10.0.0.1"}), "2001:db8::7");
}

TEST(ForwardedClient, WhatTheClientMadeUpDoesNotMatter) {
  EXPECT_EQ(client_of({"<script>, 10.0.0.1, , 192.0.2.1"}), "192.0.2.1");
  EXPECT_EQ(client_of({"198.51.100.9", "192.0.2.1", "10.0.0.1"}), "192.0.2.1");
}

TEST(ForwardedClient, MayHaveAPortOrBracketsOrBeMapped) {
  EXPECT_EQ(client_of({"192.0.2.1:4711"}), "192.0.2.1");
  EXPECT_EQ(client_of({"[2001:db8::7]:4711"}), "2001:db8::7");
  EXPECT_EQ(client_of({"[2001:db8::7]"}), "2001:db8::7");
  EXPECT_EQ(client_of({"::ffff:192.0.2.1"}), "192.0.2.1");
}

TEST(ForwardedClient, IsNobodyWhenItIsNotNamed) {
  EXPECT_EQ(client_of({}), "nobody");
  EXPECT_EQ(client_of({""}), "nobody");
  EXPECT_EQ(client_of({"10.0.0.1, 10.0.0.2"}), "nobody");
  EXPECT_EQ(client_of({"192.0.2.1, unknown"}), "nobody");
  EXPECT_EQ(client_of({"192.0.2.1, "}), "nobody");
  EXPECT_EQ(client_of({"192.0.2.1", "_hidden"}), "nobody");
}

}  // namespace
}  // namespace parley::net
