#pragma once

#include <sys/socket.h>

#include <optional>

#include "base/socket_address.hpp"

namespace parley::net {

/// The kernel's form of an address. Zones (link-local scopes) are not carried: such peers are
/// unreachable.
struct NativeAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

NativeAddress to_native(const SocketAddress& address);
/// nullopt for a family that is neither AF_INET nor AF_INET6.
std::optional<SocketAddress> from_native(const sockaddr_storage& storage);

}  // namespace parley::net
