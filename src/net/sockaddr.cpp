#include "net/sockaddr.hpp"

#include <netinet/in.h>

#include <cstring>

namespace parley::net {

NativeAddress to_native(const SocketAddress& address) {
  NativeAddress native;
  if (address.ip.family == IpFamily::v4) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    std::memcpy(&v4.sin_addr, address.ip.bytes.data(), sizeof v4.sin_addr);
    std::memcpy(&native.storage, &v4, sizeof v4);
    native.size = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    std::memcpy(&v6.sin6_addr, address.ip.bytes.data(), sizeof v6.sin6_addr);
    std::memcpy(&native.storage, &v6, sizeof v6);
    native.size = sizeof v6;
  }
  return native;
}

std::optional<SocketAddress> from_native(const sockaddr_storage& storage) {
  SocketAddress address;
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &storage, sizeof v4);
    std::memcpy(address.ip.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
    address.port = ntohs(v4.sin_port);
    return address;
  }
  if (storage.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6;
  std::memcpy(&v6, &storage, sizeof v6);
  address.ip.family = IpFamily::v6;
  std::memcpy(address.ip.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
  address.port = ntohs(v6.sin6_port);
  return address;
}

}  // namespace parley::net
