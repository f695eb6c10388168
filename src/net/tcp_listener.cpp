#include "net/tcp_listener.hpp"

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <utility>

#include "net/event_loop.hpp"

namespace parley::net {
namespace {

using namespace std::chrono_literals;

constexpr int kBacklog = 1024;
constexpr Duration kPauseWithoutDescriptors = 100ms;

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

error_code configure(TcpAcceptor& acceptor, const SocketAddress& address, bool share_port) {
  const asio::ip::tcp::endpoint endpoint = to_asio(address);
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (error) return error;
  acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && share_port) acceptor.set_option(ReusePort(true), error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  return error;
}

}  // namespace

struct TcpListener::State : std::enable_shared_from_this<TcpListener::State> {
  State(EventLoop& loop, OnAccept callback)
      : acceptor(loop.context().get_executor()),
        on_accept(std::move(callback)),
        retry(loop, [this] { accept(); }),
        clock(&loop) {}

  void accept() {
    acceptor.async_accept([self = shared_from_this()](error_code error, TcpSocket socket) {
      if (!self->acceptor.is_open()) return;
      if (error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
          error == asio::error::no_memory) {
        return self->retry.set(self->clock->now() + kPauseWithoutDescriptors);
      }
      if (!error) self->hand_over(std::move(socket));
      if (self->acceptor.is_open()) self->accept();
    });
  }

  void hand_over(TcpSocket socket) {
    error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (!error) on_accept(std::move(socket), from_asio(remote));
  }

  TcpAcceptor acceptor;
  SocketAddress local;
  OnAccept on_accept;
  Timer retry;
  EventLoop* clock;
};

TcpListener::TcpListener(std::shared_ptr<State> state) : state_(std::move(state)) {}
TcpListener::TcpListener(TcpListener&&) noexcept = default;

TcpListener& TcpListener::operator=(TcpListener&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

TcpListener::~TcpListener() {
  if (!state_) return;
  error_code ignored;
  state_->acceptor.close(ignored);
  state_->retry.clear();
}

Result<TcpListener, std::string> TcpListener::bind(EventLoop& loop, const SocketAddress& address,
                                                   bool share_port, OnAccept on_accept) {
  auto state = std::make_shared<State>(loop, std::move(on_accept));
  error_code error = configure(state->acceptor, address, share_port);
  if (error) return Failure{"cannot listen on TCP " + address.text() + ": " + error.message()};
  state->local = from_asio(state->acceptor.local_endpoint(error));
  state->accept();
  return TcpListener(std::move(state));
}

const SocketAddress& TcpListener::local() const {
  return state_->local;
}

}  // namespace parley::net
