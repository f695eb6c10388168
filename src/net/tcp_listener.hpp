#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/socket_address.hpp"
#include "net/asio_support.hpp"

namespace parley::net {

class EventLoop;

/// Accepts TCP connections on one address until destroyed. When the process runs out of descriptors
/// it pauses for 100 ms and goes on.
class TcpListener {
 public:
  using OnAccept = std::function<void(TcpSocket socket, const SocketAddress& remote)>;

  /// `share_port` sets SO_REUSEPORT: several loops listen on one port and the kernel spreads
  /// connections. IPv6 sockets are v6-only. The error is a text for the operator: address and
  /// cause.
  static Result<TcpListener, std::string> bind(EventLoop& loop, const SocketAddress& address,
                                               bool share_port, OnAccept on_accept);
  TcpListener(TcpListener&&) noexcept;
  TcpListener& operator=(TcpListener&&) noexcept;
  ~TcpListener();

  /// The bound address with its real port.
  const SocketAddress& local() const;

 private:
  struct State;
  explicit TcpListener(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace parley::net
