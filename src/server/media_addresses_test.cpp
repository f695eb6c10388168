#include "server/shard_thread.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(MediaAddresses, AWildcardStandsForEveryAddressOfItsFamily) {
  const auto v4 = *IpAddress::parse("192.0.2.1");
  const auto v6 = *IpAddress::parse("2001:db8::1");
  const auto local = expand_wildcards(
      {{*IpAddress::parse("0.0.0.0"), 7}, {*IpAddress::parse("::1"), 8}}, {v4, v6});
  EXPECT_EQ(local, (std::vector<SocketAddress>{{v4, 7}, {*IpAddress::parse("::1"), 8}}));
  const auto told = advertised_addresses(local, {*IpAddress::parse("198.51.100.9")});
  EXPECT_EQ(told.at(0).text(), "198.51.100.9:7");
  EXPECT_EQ(told.at(1).text(), "[::1]:8");
}

}  // namespace
}  // namespace parley::server
