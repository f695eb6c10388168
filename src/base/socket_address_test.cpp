#include "base/socket_address.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(IpAddress, RoundTripsInTheFormOfRfc5952) {
  for (const char* text : {"127.0.0.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1",
                           "1::", "2001:db8:0:1:1:1:1:1", "fe80::1:0:0:1", "1:2:3:4:5:6:7:8"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
}

TEST(IpAddress, RefusesOtherForms) {
  for (const char* text :
       {"", "1.2.3", "1.2.3.4.5", "0177.0.0.1", "127.1", "256.1.1.1", "1.2.3.4 ", ":::", "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::1%lo", "1:2:3:4:5:6:7:8::", "1:"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddress, SeesIpv4InsideAMappedAddress) {
  const auto mapped = IpAddress::parse("::ffff:127.0.0.1");
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->unmapped(), IpAddress::v4(127, 0, 0, 1));
  EXPECT_TRUE(mapped->is_loopback());
}

TEST(SocketAddress, BracketsIpv6Only) {
  EXPECT_EQ(SocketAddress::parse("[::1]:8443")->text(), "[::1]:8443");
  EXPECT_EQ(SocketAddress::parse("10.0.0.1:1")->text(), "10.0.0.1:1");
  for (const char* text : {"::1:80", "[10.0.0.1]:80", "10.0.0.1", "10.0.0.1:65536", "10.0.0.1:"})
    EXPECT_FALSE(SocketAddress::parse(text)) << text;
}

}  // namespace
}  // namespace parley
