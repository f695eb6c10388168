#include "net/udp_socket.hpp"

#include <boost/asio/ip/udp.hpp>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "net/asio_support.hpp"
#include "net/event_loop.hpp"
#include "net/read_pace.hpp"
#include "net/udp_batch.hpp"
#include "net/wake_grid.hpp"

namespace parley::net {
namespace {

using AsioUdp = asio::basic_datagram_socket<asio::ip::udp, Executor>;

/// Batches read for one wake-up, so that a flood can't keep timers and other sockets waiting.
constexpr int kMaxBatchesPerTurn = 8;

/// A fixed ring of datagrams waiting for the kernel.
class TransmitRing {
 public:
  explicit TransmitRing(std::size_t capacity) : slots_(capacity) {}
  bool full() const { return count_ == slots_.size(); }
  std::size_t size() const { return count_; }
  Transmit& at(std::size_t i) { return slots_[(first_ + i) % slots_.size()]; }
  void push(Transmit transmit) {
    slots_[(first_ + count_++) % slots_.size()] = std::move(transmit);
  }
  void pop() {
    slots_[first_].packet = Packet{};
    first_ = (first_ + 1) % slots_.size();
    --count_;
  }

 private:
  std::vector<Transmit> slots_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

error_code configure(AsioUdp& socket, const SocketAddress& address,
                     const UdpSocketOptions& options) {
  error_code error;
  const asio::ip::udp::endpoint endpoint(to_asio(address.ip), address.port);
  socket.open(endpoint.protocol(), error);
  if (error) return error;
  const int on = 1;
  const int fd = socket.native_handle();
  if (address.ip.family == IpFamily::v6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (address.ip.is_unspecified()) setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  } else if (address.ip.is_unspecified()) {
    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  }
  // Best effort: the kernel caps these at its own limits.
  error_code ignored;
  socket.set_option(asio::socket_base::receive_buffer_size(options.receive_buffer), ignored);
  socket.set_option(asio::socket_base::send_buffer_size(options.send_buffer), ignored);
  socket.bind(endpoint, error);
  return error;
}

}  // namespace

struct UdpSocket::State : std::enable_shared_from_this<UdpSocket::State> {
  State(EventLoop& loop, const UdpSocketOptions& options, Counters& counters, OnDatagram callback)
      : socket(loop.context().get_executor()),
        gathering(loop.context().get_executor()),
        on_datagram(std::move(callback)),
        queue(options.max_queued),
        received(counters.counter("udp_datagrams_received_total")),
        sent(counters.counter("udp_datagrams_sent_total")),
        oversize(counters.counter("udp_datagrams_dropped_total{reason=\"oversize\"}")),
        queue_full(counters.counter("udp_datagrams_dropped_total{reason=\"queue_full\"}")),
        send_failed(counters.counter("udp_datagrams_dropped_total{reason=\"send_failed\"}")) {}

  void wait_for_more(bool is_empty);
  void wait_readable();
  void gather();
  /// False when there may be more.
  bool receive_some();
  void deliver(std::size_t i);
  void schedule_flush();
  void flush();
  bool send_batch();
  void wait_writable();

  AsioUdp socket;
  AsioTimer gathering;
  ReadPace pace;
  SocketAddress local;
  OnDatagram on_datagram;
  TransmitRing queue;
  ReceiveBatch incoming;
  SendBatch outgoing;
  bool flush_scheduled = false;
  bool waiting_writable = false;
  std::uint64_t& received;
  std::uint64_t& sent;
  std::uint64_t& oversize;
  std::uint64_t& queue_full;
  std::uint64_t& send_failed;
};

void UdpSocket::State::wait_readable() {
  socket.async_wait(AsioUdp::wait_read, [self = shared_from_this()](error_code error) {
    if (error || !self->socket.is_open()) return;
    self->wait_for_more(self->receive_some());
  });
}

/// Where many datagrams come, they are read together at the grid's next point. Of the 20 ms of a
/// packet nobody hears its step.
void UdpSocket::State::gather() {
  gathering.expires_at(to_steady(wake_for(read_clocks().monotonic + Duration(1))));
  gathering.async_wait([self = shared_from_this()](error_code error) {
    if (error || !self->socket.is_open()) return;
    self->wait_for_more(self->receive_some());
  });
}

void UdpSocket::State::wait_for_more(bool is_empty) {
  if (!socket.is_open()) return;
  if (is_empty && pace.is_busy())
    gather();
  else
    wait_readable();
}

bool UdpSocket::State::receive_some() {
  for (int batch = 0; batch < kMaxBatchesPerTurn; ++batch) {
    // -1 is an empty queue, or an ICMP error of an earlier send, which says nothing about this
    // socket.
    const int count = incoming.receive(socket.native_handle());
    pace.note(read_clocks().monotonic, count);
    for (int i = 0; i < count; ++i) {
      deliver(static_cast<std::size_t>(i));
      if (!socket.is_open()) return true;
    }
    if (count < static_cast<int>(kUdpBatch)) return true;
  }
  return false;
}

void UdpSocket::State::deliver(std::size_t i) {
  const auto remote = incoming.remote(i);
  if (!remote || incoming.truncated(i)) {
    ++oversize;
    return;
  }
  ++received;
  SocketAddress to = local;
  if (const auto destination = incoming.destination(i)) to.ip = *destination;
  on_datagram(to, *remote, incoming.bytes(i));
}

void UdpSocket::State::schedule_flush() {
  if (flush_scheduled || waiting_writable) return;
  flush_scheduled = true;
  asio::post(socket.get_executor(), [self = shared_from_this()] {
    self->flush_scheduled = false;
    self->flush();
  });
}

void UdpSocket::State::flush() {
  while (queue.size() > 0 && !waiting_writable && socket.is_open()) {
    if (!send_batch()) wait_writable();
  }
}

/// Sends the front of the queue; false when the kernel's buffer is full.
bool UdpSocket::State::send_batch() {
  outgoing.clear();
  for (std::size_t i = 0; i < queue.size() && !outgoing.full(); ++i) {
    Transmit& transmit = queue.at(i);
    outgoing.add(transmit, local.ip.is_unspecified() && !transmit.local.ip.is_unspecified() &&
                               transmit.local.ip.family == local.ip.family);
  }
  const int count = outgoing.send(socket.native_handle());
  if (count < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) return false;
    // The first datagram of the batch was refused (no route, too long, …); the rest are still good.
    ++send_failed;
    queue.pop();
    return true;
  }
  sent += static_cast<std::uint64_t>(count);
  for (int i = 0; i < count; ++i) queue.pop();
  return true;
}

void UdpSocket::State::wait_writable() {
  waiting_writable = true;
  socket.async_wait(AsioUdp::wait_write, [self = shared_from_this()](error_code error) {
    self->waiting_writable = false;
    if (!error) self->flush();
  });
}

UdpSocket::UdpSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}
UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

UdpSocket::~UdpSocket() {
  if (!state_) return;
  error_code ignored;
  state_->socket.close(ignored);
  state_->gathering.cancel();
  // Handlers keep the state until the loop lets go of them; packets may not outlive their pool.
  while (state_->queue.size() > 0) state_->queue.pop();
}

Result<UdpSocket, std::string> UdpSocket::bind(EventLoop& loop, const SocketAddress& address,
                                               const UdpSocketOptions& options, Counters& counters,
                                               OnDatagram on_datagram) {
  auto state = std::make_shared<State>(loop, options, counters, std::move(on_datagram));
  error_code error = configure(state->socket, address, options);
  if (error) return Failure{"cannot bind UDP " + address.text() + ": " + error.message()};
  state->local = {address.ip, state->socket.local_endpoint(error).port()};
  state->wait_readable();
  return UdpSocket(std::move(state));
}

const SocketAddress& UdpSocket::local() const {
  return state_->local;
}

void UdpSocket::send(Transmit transmit) {
  if (state_->queue.full()) state_->flush();
  if (state_->queue.full()) {
    ++state_->queue_full;
    return;
  }
  state_->queue.push(std::move(transmit));
  state_->schedule_flush();
}

void UdpSocket::flush() {
  state_->flush();
}

}  // namespace parley::net
