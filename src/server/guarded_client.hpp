#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/address_guard.hpp"
#include "net/http_client.hpp"

namespace parley::net {
class ClientTls;
}

namespace parley::server {

struct OutboundOptions {
  AddressPolicy policy;
  std::shared_ptr<const net::ClientTls> tls;
};

/// Requests to addresses that strangers gave us. Each connection is checked on the very address it
/// goes to; plain http goes to loopback only, and only where loopback is allowed.
class GuardedClient {
 public:
  GuardedClient(net::EventLoop& loop, const OutboundOptions& options);

  /// On the loop's thread.
  net::HttpClient::Cancel request(net::HttpClientRequest request, net::HttpClient::Done done);

 private:
  net::HttpClient secure_;
  net::HttpClient plain_;
};

/// The absolute URL that a `Location` header names: absolute, or `/path` on the same origin.
/// nullopt for other forms and other schemes than http and https.
std::optional<std::string> redirect_target(std::string_view from, std::string_view location);

}  // namespace parley::server
