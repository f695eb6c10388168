#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/socket_address.hpp"
#include "base/time.hpp"

namespace parley::net {

class ClientTls;

/// Why an outgoing request or connection failed.
enum class ClientError {
  bad_url,          ///< Not an absolute URL of a scheme that fits.
  busy,             ///< Too many requests are under way here.
  unresolved,       ///< The host has no address.
  address_refused,  ///< The guard refused every address of the host.
  unreachable,      ///< No address took the connection.
  tls_refused,      ///< Certificate, host name or protocol.
  timed_out,        ///< The whole time was used up.
  broken,           ///< The connection ended before the answer did.
  malformed,        ///< The answer is not the protocol.
  too_large,        ///< The answer's body is over its limit.
  not_upgraded,     ///< The server answered a WebSocket handshake with something else.
};

/// For people: what was tried and why it failed, without the URL's query.
struct ClientFailure {
  ClientError error;
  std::string text;
};

/// How outgoing connections are made.
struct ConnectOptions {
  /// For https and wss; null refuses them.
  std::shared_ptr<const ClientTls> tls;
  /// Asked with the very address that is then connected to; empty allows all.
  std::function<bool(const IpAddress&)> guard;
  /// For each address of a host, so that a dead one leaves time for the next.
  Duration connect_time = std::chrono::seconds(5);
};

}  // namespace parley::net
