#include "base/ip_network.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

bool holds(const char* network, const char* address) {
  return IpNetwork::parse(network)->contains(*IpAddress::parse(address));
}

TEST(IpNetwork, HoldsWhatBeginsWithItsBits) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(holds("172.16.0.0/12", "172.31.255.255"));
  EXPECT_FALSE(holds("172.16.0.0/12", "172.32.0.0"));
  EXPECT_TRUE(holds("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(holds("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(holds("0.0.0.0/0", "198.51.100.1"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("::1", "::1"));
}

TEST(IpNetwork, FamiliesDoNotMixButMappedIsV4) {
  EXPECT_FALSE(holds("::/0", "10.0.0.1"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.0.0.1"));
  EXPECT_FALSE(holds("::/0", "::ffff:10.0.0.1"));
  EXPECT_TRUE(holds("::ffff:10.0.0.1", "10.0.0.1"));
  EXPECT_TRUE(holds("::ffff:10.0.0.0/104", "10.9.9.9"));
  EXPECT_FALSE(holds("::ffff:10.0.0.0/104", "11.0.0.1"));
}

TEST(IpNetwork, TakesNothingElse) {
  for (const char* text : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ",
                           "10.0.0.0/8/8", "10.0.0.1/8", "10/8", "::/129", "2001:db8::1/64",
                           "[::1]", "localhost", "10.0.0.0/255.0.0.0"})
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
}

}  // namespace
}  // namespace parley
