#include <string>

#include "net/forwarded_client.hpp"

/// Whatever was sent, a client found is no proxy, and stays the client with a proxy behind it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const std::array trusted = {*IpNetwork::parse("10.0.0.0/8"), *IpNetwork::parse("::1")};
  const std::string value(data, data + size);
  const auto client = net::forwarded_client({{"X-Forwarded-For", value}}, trusted);
  if (client && is_in_any(*client, trusted)) __builtin_trap();
  if (net::forwarded_client({{"X-Forwarded-For", value + ", 10.0.0.1"}}, trusted) != client)
    __builtin_trap();
  return 0;
}
