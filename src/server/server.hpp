#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/socket_address.hpp"
#include "server/configuration.hpp"

namespace parley::server {

/// Where a running server is reached, with real ports.
struct ServerAddresses {
  std::string public_url;
  SocketAddress https;
  std::optional<SocketAddress> page{};
  std::optional<SocketAddress> metrics{};
  std::vector<SocketAddress> media{};
};

/// A whole server in this process. Its parts are built by hand in server.cpp, in the order in which
/// they need one another. Used by one thread.
class Server {
 public:
  using LinesDropped = std::function<std::uint64_t()>;

  /// Opens the data folder and the store, listens, recovers what a crash left, and runs. The error
  /// is a sentence for the operator. `log` must outlive the server; `log_lines_dropped` tells the
  /// metrics how many of its lines were lost so far, from any thread.
  static Result<std::unique_ptr<Server>, std::string> start(const Configuration& configuration,
                                                            LogSink& log,
                                                            LinesDropped log_lines_dropped);
  /// Stops at once: connections are cut, what shards wanted kept is committed. Running calls are
  /// found by the next start, as after a crash.
  ~Server();

  const ServerAddresses& addresses() const;
  /// From now on no new calls, and `/readyz` says so. Running calls go on.
  void drain();
  std::size_t calls() const;
  /// Ends the calls that still run: 500/9998 to their bots, `platformRestarted` to their users.
  void end_calls();
  /// Calls whose bots have not taken every notification yet.
  std::size_t webhook_lanes() const;
  /// Closes the WebSockets of the users' clients.
  void close_clients();
  std::size_t clients() const;
  /// Reads the certificate's files again, for connections made from now on.
  Result<void, std::string> reload_certificate();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace parley::server
