#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/counters.hpp"
#include "base/packet.hpp"
#include "base/result.hpp"
#include "base/socket_address.hpp"

namespace parley::net {

class EventLoop;

struct UdpSocketOptions {
  /// Asked of the kernel in bytes, which gives at most net.core.rmem_max and wmem_max.
  int receive_buffer = 4 << 20;
  int send_buffer = 4 << 20;
  /// Datagrams that wait while the kernel's buffer is full; the next one is dropped and counted.
  std::size_t max_queued = 4096;
};

/// One UDP socket of a shard: batches of up to 64 by recvmmsg and sendmmsg, no allocation per
/// packet in steady state. Where more than 2,000 a second come they are read on the wake grid. An
/// IPv6 socket is v6-only: bind one per family. Bound to a wildcard, it
/// learns the address each datagram came to (IP_PKTINFO, RFC 3542 §6) and sends from the address
/// that `Transmit::local` names.
///
/// Counters: `udp_datagrams_received_total`, `udp_datagrams_sent_total`,
/// `udp_datagrams_dropped_total{reason=…}` with oversize (received, longer than Packet::kCapacity),
/// queue_full and send_failed (the kernel refused it).
class UdpSocket {
 public:
  /// `datagram` is valid during the call and may be changed in place. The callback may destroy the
  /// socket.
  using OnDatagram = std::function<void(const SocketAddress& local, const SocketAddress& remote,
                                        MutableByteView datagram)>;

  /// Port 0 takes an ephemeral one. The error is a text for the operator: address and cause.
  static Result<UdpSocket, std::string> bind(EventLoop& loop, const SocketAddress& address,
                                             const UdpSocketOptions& options, Counters& counters,
                                             OnDatagram on_datagram);
  UdpSocket(UdpSocket&&) noexcept;
  UdpSocket& operator=(UdpSocket&&) noexcept;
  ~UdpSocket();

  /// The bound address with its real port.
  const SocketAddress& local() const;
  /// Queues one datagram; what was queued in one turn of the loop leaves in one batch at its end.
  void send(Transmit transmit);
  /// Sends what is queued without waiting for the end of the turn.
  void flush();

 private:
  struct State;
  explicit UdpSocket(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace parley::net
