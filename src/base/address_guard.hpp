#pragma once

#include "base/socket_address.hpp"

namespace parley {

/// What an outgoing request may reach beside the public internet.
struct AddressPolicy {
  bool allow_loopback = false;
  /// Everything that is not public, loopback and unspecified included.
  bool allow_private = false;
};

/// Whether the address is globally reachable: not in IANA's special-purpose registries (RFC 6890
/// and its successors), not multicast, not reserved, for IPv6 inside 2000::/3. IPv4 addresses
/// inside v4-mapped, NAT64 (64:ff9b::/96) and 6to4 forms are judged as themselves; the local-use
/// NAT64 prefix 64:ff9b:1::/48 and Teredo (2001::/32) are private whatever they carry.
bool is_public(const IpAddress& address);

/// The guard of callback and prompt URLs. Pass the very address that is then connected to.
bool is_allowed(const IpAddress& address, const AddressPolicy& policy);

}  // namespace parley
