#include "net/asio_support.hpp"

#include <algorithm>

namespace parley::net {

IpAddress from_asio(const asio::ip::address& address) {
  IpAddress result;
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    std::copy(bytes.begin(), bytes.end(), result.bytes.begin());
    return result;
  }
  result.family = IpFamily::v6;
  result.bytes = address.to_v6().to_bytes();
  return result;
}

asio::ip::address to_asio(const IpAddress& address) {
  if (address.family == IpFamily::v6) return asio::ip::address_v6(address.bytes);
  asio::ip::address_v4::bytes_type bytes;
  std::copy_n(address.bytes.begin(), bytes.size(), bytes.begin());
  return asio::ip::address_v4(bytes);
}

SocketAddress from_asio(const asio::ip::tcp::endpoint& endpoint) {
  return {from_asio(endpoint.address()), endpoint.port()};
}

asio::ip::tcp::endpoint to_asio(const SocketAddress& address) {
  return {to_asio(address.ip), address.port};
}

}  // namespace parley::net
