#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/event_loop.hpp"
#include "net/http_server.hpp"
#include "net/tls_context.hpp"
#include "server/configuration.hpp"
#include "server/metrics.hpp"

namespace parley::server {

/// The TCP ports: API by TLS, the page by plain http, metrics. All on one loop.
class Listeners {
 public:
  using Handler = net::HttpServer::Handler;

  /// Listens at once; requests are handled when the loop runs. The error is for the operator.
  static Result<std::unique_ptr<Listeners>, std::string> open(net::EventLoop& loop,
                                                              const Configuration& configuration,
                                                              std::shared_ptr<net::ServerTls> tls,
                                                              const Metrics& metrics,
                                                              const Handler& handler);

  /// Of the first `listen.https`.
  const SocketAddress& https() const { return https_.front().local(); }
  std::optional<SocketAddress> page() const;
  std::optional<SocketAddress> metrics() const;
  /// On the loop's thread: connections and counters of the API and page servers.
  void publish(Metrics& metrics) const;

 private:
  std::vector<net::HttpServer> https_;
  std::optional<net::HttpServer> page_;
  std::optional<net::HttpServer> metrics_;
};

}  // namespace parley::server
