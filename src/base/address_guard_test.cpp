#include "base/address_guard.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

struct Case {
  const char* address;
  bool is_public;
};

constexpr Case kCases[] = {
    {"8.8.8.8", true},
    {"1.1.1.1", true},
    {"9.255.255.255", true},
    {"11.0.0.0", true},
    {"100.63.255.255", true},
    {"100.128.0.0", true},
    {"126.255.255.255", true},
    {"128.0.0.0", true},
    {"169.253.255.255", true},
    {"169.255.0.0", true},
    {"172.15.255.255", true},
    {"172.32.0.0", true},
    {"192.0.1.1", true},
    {"192.0.3.1", true},
    {"192.167.255.255", true},
    {"192.169.0.0", true},
    {"198.17.255.255", true},
    {"198.20.0.0", true},
    {"203.0.112.255", true},
    {"223.255.255.255", true},
    {"0.0.0.0", false},
    {"0.1.2.3", false},
    {"10.0.0.1", false},
    {"10.255.255.255", false},
    {"100.64.0.1", false},
    {"100.127.255.255", false},
    {"127.0.0.1", false},
    {"127.255.255.254", false},
    {"169.254.169.254", false},
    {"172.16.0.1", false},
    {"172.31.255.255", false},
    {"192.0.0.1", false},
    {"192.0.0.170", false},
    {"192.0.2.1", false},
    {"192.31.196.1", false},
    {"192.52.193.1", false},
    {"192.88.99.1", false},
    {"192.168.0.1", false},
    {"192.175.48.1", false},
    {"198.18.0.1", false},
    {"198.19.255.255", false},
    {"198.51.100.1", false},
    {"203.0.113.1", false},
    {"224.0.0.1", false},
    {"239.255.255.250", false},
    {"240.0.0.1", false},
    {"255.255.255.255", false},
    {"2606:4700:4700::1111", true},
    {"2001:4860:4860::8888", true},
    {"2001:200::1", true},
    {"2a00:1450:4001:80b::200e", true},
    {"3ffe::1", true},
    {"::", false},
    {"::1", false},
    {"::8.8.8.8", false},
    {"::ffff:8.8.8.8", true},
    {"::ffff:127.0.0.1", false},
    {"::ffff:10.0.0.1", false},
    {"::ffff:169.254.169.254", false},
    {"64:ff9b::8.8.8.8", true},
    {"64:ff9b::10.0.0.1", false},
    {"64:ff9b::7f00:1", false},
    {"64:ff9b:1::8.8.8.8", false},
    {"64:ff9b:1:ffff::1", false},
    {"100::1", false},
    {"2001::1", false},
    {"2001:0:4136:e378:8000:63bf:3fff:fdd2", false},
    {"2001:2::1", false},
    {"2001:10::1", false},
    {"2001:20::1", false},
    {"2001:1ff:ffff::1", false},
    {"2001:db8::1", false},
    {"2002:808:808::1", true},
    {"2002:a00:1::1", false},
    {"2002:7f00:1::1", false},
    {"2002:c0a8:101::1", false},
    {"2620:4f:8000::1", false},
    {"3fff::1", false},
    {"3fff:fff::1", false},
    {"4000::1", false},
    {"5f00::1", false},
    {"fc00::1", false},
    {"fd12:3456:789a::1", false},
    {"fe80::1", false},
    {"fec0::1", false},
    {"ff02::1", false},
};

TEST(AddressGuard, KnowsWhatIsPublic) {
  for (const Case& one : kCases) {
    const auto address = IpAddress::parse(one.address);
    ASSERT_TRUE(address) << one.address;
    EXPECT_EQ(is_public(*address), one.is_public) << one.address;
  }
}

TEST(AddressGuard, LoopbackMayBeAllowedAlone) {
  const AddressPolicy policy{.allow_loopback = true};
  for (const char* text : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "8.8.8.8"})
    EXPECT_TRUE(is_allowed(*IpAddress::parse(text), policy)) << text;
  for (const char* text : {"10.0.0.1", "0.0.0.0", "::", "fe80::1", "64:ff9b::127.0.0.1"})
    EXPECT_FALSE(is_allowed(*IpAddress::parse(text), policy)) << text;
}

TEST(AddressGuard, PrivateMeansEverything) {
  const AddressPolicy policy{.allow_private = true};
  for (const Case& one : kCases) EXPECT_TRUE(is_allowed(*IpAddress::parse(one.address), policy));
}

TEST(AddressGuard, TheDefaultAllowsPublicAddressesOnly) {
  EXPECT_FALSE(is_allowed(*IpAddress::parse("127.0.0.1"), {}));
  EXPECT_FALSE(is_allowed(*IpAddress::parse("::1"), {}));
  EXPECT_TRUE(is_allowed(*IpAddress::parse("8.8.8.8"), {}));
}

}  // namespace
}  // namespace parley
