#include "base/address_guard.hpp"

#include <algorithm>
#include <span>

#include "base/ip_network.hpp"

namespace parley {
namespace {

struct Prefix {
  std::array<std::uint8_t, 16> bytes;
  unsigned length;  ///< Bits.
};

/// IANA IPv4 Special-Purpose Address Registry, with multicast (RFC 5771) and class E.
constexpr Prefix kSpecialV4[] = {
    {{0}, 8},              // this network, RFC 791
    {{10}, 8},             // private use, RFC 1918
    {{100, 64}, 10},       // shared address space, RFC 6598
    {{127}, 8},            // loopback, RFC 1122
    {{169, 254}, 16},      // link local, RFC 3927: cloud metadata services live here
    {{172, 16}, 12},       // private use, RFC 1918
    {{192, 0, 0}, 24},     // protocol assignments, RFC 6890
    {{192, 0, 2}, 24},     // documentation, RFC 5737
    {{192, 31, 196}, 24},  // AS112, RFC 7535
    {{192, 52, 193}, 24},  // AMT, RFC 7450
    {{192, 88, 99}, 24},   // deprecated 6to4 relay anycast, RFC 7526
    {{192, 168}, 16},      // private use, RFC 1918
    {{192, 175, 48}, 24},  // AS112, RFC 7534
    {{198, 18}, 15},       // benchmarking, RFC 2544
    {{198, 51, 100}, 24},  // documentation, RFC 5737
    {{203, 0, 113}, 24},   // documentation, RFC 5737
    {{224}, 4},            // multicast, RFC 5771
    {{240}, 4},            // reserved and limited broadcast, RFC 1112, RFC 919
};

/// IANA IPv6 Special-Purpose Address Registry, the entries within 2000::/3; all else is not public
/// anyway.
constexpr Prefix kSpecialV6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments, RFC 2928: Teredo, ORCHID, benchmarking
    {{0x20, 0x01, 0x0D, 0xB8}, 32},  // documentation, RFC 3849
    {{0x26, 0x20, 0, 0x4F, 0x80, 0}, 48},  // AS112, RFC 7534
    {{0x3F, 0xFF, 0x00}, 20},              // documentation, RFC 9637
};

constexpr Prefix kGlobalUnicast = {{0x20}, 3};                                // RFC 4291 §2.4
constexpr Prefix kMapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96};  // RFC 4291 §2.5.5.2
constexpr Prefix kNat64 = {{0x00, 0x64, 0xFF, 0x9B}, 96};                     // RFC 6052
constexpr Prefix k6to4 = {{0x20, 0x02}, 16};                                  // RFC 3056

bool within(const std::array<std::uint8_t, 16>& bytes, const Prefix& prefix) {
  return share_prefix(bytes, prefix.bytes, prefix.length);
}

bool within_any(const IpAddress& address, std::span<const Prefix> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const Prefix& prefix) { return within(address.bytes, prefix); });
}

IpAddress v4_at(const IpAddress& address, std::size_t offset) {
  const auto& b = address.bytes;
  return IpAddress::v4(b[offset], b[offset + 1], b[offset + 2], b[offset + 3]);
}

/// The IPv4 address that a packet to this IPv6 address would reach, if its form carries one; the
/// address itself otherwise.
IpAddress inner(const IpAddress& address) {
  if (address.family == IpFamily::v4) return address;
  if (within(address.bytes, kMapped) || within(address.bytes, kNat64)) return v4_at(address, 12);
  if (within(address.bytes, k6to4)) return v4_at(address, 2);
  return address;
}

}  // namespace

bool is_public(const IpAddress& address) {
  const IpAddress target = inner(address);
  if (target.family == IpFamily::v4) return !within_any(target, kSpecialV4);
  return within(target.bytes, kGlobalUnicast) && !within_any(target, kSpecialV6);
}

bool is_allowed(const IpAddress& address, const AddressPolicy& policy) {
  if (policy.allow_private || is_public(address)) return true;
  return policy.allow_loopback && address.is_loopback();
}

}  // namespace parley
