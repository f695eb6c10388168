#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "server/shard_thread.hpp"

namespace parley::server {
namespace {

std::optional<IpAddress> address_of(const ifaddrs& entry) {
  if (!entry.ifa_addr || (entry.ifa_flags & IFF_UP) == 0) return std::nullopt;
  IpAddress address;
  if (entry.ifa_addr->sa_family == AF_INET) {
    sockaddr_in native{};
    std::memcpy(&native, entry.ifa_addr, sizeof native);
    std::memcpy(address.bytes.data(), &native.sin_addr, 4);
    return address;
  }
  if (entry.ifa_addr->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 native{};
  std::memcpy(&native, entry.ifa_addr, sizeof native);
  if (IN6_IS_ADDR_LINKLOCAL(&native.sin6_addr)) return std::nullopt;
  address.family = IpFamily::v6;
  std::memcpy(address.bytes.data(), &native.sin6_addr, 16);
  return address;
}

}  // namespace

std::vector<IpAddress> machine_addresses() {
  std::vector<IpAddress> addresses;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return addresses;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(first, &::freeifaddrs);
  for (const ifaddrs* entry = first; entry; entry = entry->ifa_next)
    if (const auto address = address_of(*entry)) addresses.push_back(*address);
  // Clients elsewhere can't use loopback, so it comes last.
  std::stable_partition(addresses.begin(), addresses.end(),
                        [](const IpAddress& address) { return !address.is_loopback(); });
  return addresses;
}

std::vector<SocketAddress> expand_wildcards(const std::vector<SocketAddress>& bound,
                                            const std::vector<IpAddress>& machine) {
  std::vector<SocketAddress> addresses;
  for (const SocketAddress& one : bound) {
    if (!one.ip.is_unspecified()) {
      addresses.push_back(one);
      continue;
    }
    for (const IpAddress& address : machine)
      if (address.family == one.ip.family) addresses.push_back({address, one.port});
  }
  return addresses;
}

std::vector<SocketAddress> advertised_addresses(const std::vector<SocketAddress>& local,
                                                const std::vector<IpAddress>& advertise) {
  std::vector<SocketAddress> addresses = local;
  for (SocketAddress& address : addresses)
    for (const IpAddress& other : advertise)
      if (other.family == address.ip.family) address.ip = other;
  return addresses;
}

}  // namespace parley::server
