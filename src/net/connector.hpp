#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/byte_stream.hpp"
#include "net/client_error.hpp"
#include "net/event_loop.hpp"
#include "net/url.hpp"

namespace parley::net {

/// Opens one connection: resolves once, passes each address through the guard, connects to the very
/// address that passed, in the resolver's order, then does TLS.
class Connector {
 public:
  Connector(EventLoop& loop, const ConnectOptions& options);

  Task<Result<ByteStreamPtr, ClientFailure>> connect(const Url& url);
  /// Ends `connect` with an error; a name lookup may still take its time in the background.
  void abort();

 private:
  struct LookUp;

  Task<Result<std::vector<SocketAddress>, ClientFailure>> resolve(const Url& url);
  Task<error_code> connect_to(const SocketAddress& address);

  EventLoop& loop_;
  ConnectOptions options_;
  std::shared_ptr<LookUp> look_up_;  ///< shared with the look-up, which may last longer
  TcpSocket socket_;
  ByteStreamPtr stream_;
  Timer deadline_;
  bool aborted_ = false;
};

}  // namespace parley::net
