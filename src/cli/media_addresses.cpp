#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "cli/client_runner.hpp"
#include "net/sockaddr.hpp"

namespace parley::cli {
namespace {

/// The address that the kernel would send from; nothing is sent.
std::optional<IpAddress> route_source(const addrinfo& remote) {
  const int fd = socket(remote.ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  const bool found = connect(fd, remote.ai_addr, remote.ai_addrlen) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&local), &size) == 0;
  close(fd);
  const auto address = found ? net::from_native(local) : std::nullopt;
  return address ? std::optional(address->ip) : std::nullopt;
}

}  // namespace

Result<std::vector<IpAddress>, std::string> media_addresses(const std::string& host,
                                                            std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found)) {
    return Failure{host + ": " + gai_strerror(error)};
  }
  std::vector<IpAddress> addresses;
  for (const addrinfo* each = found; each; each = each->ai_next) {
    const auto source = route_source(*each);
    const auto same_family = [&](const IpAddress& ip) {
      return ip.family == source->family;
    };
    if (source && std::none_of(addresses.begin(), addresses.end(), same_family)) {
      addresses.push_back(*source);
    }
  }
  freeaddrinfo(found);
  if (addresses.empty()) return Failure{"There is no route to " + host + "."};
  return addresses;
}

}  // namespace parley::cli
