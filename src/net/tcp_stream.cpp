#include "net/tcp_stream.hpp"

#include <array>
#include <boost/asio/write.hpp>
#include <cerrno>

namespace parley::net {

IoError to_io_error(error_code error) {
  if (error == asio::error::eof) return IoError::closed;
  if (error == asio::error::operation_aborted) return IoError::cancelled;
  return IoError::broken;
}

bool is_quiet_socket(TcpSocket& socket) {
  if (!socket.is_open()) return false;
  char byte = 0;
  const ssize_t got = recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void tune_socket(TcpSocket& socket) {
  error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Task<void> linger(TcpSocket& socket) {
  error_code ignored;
  socket.shutdown(TcpSocket::shutdown_send, ignored);
  std::array<std::uint8_t, 4096> buffer;
  std::size_t discarded = 0;
  while (socket.is_open() && discarded < ByteStream::kMaxDiscarded) {
    const auto [error, count] = co_await socket.async_read_some(asio::buffer(buffer), kAsTuple);
    if (error) break;
    discarded += count;
  }
}

namespace {

class TcpStream final : public ByteStream {
 public:
  TcpStream(TcpSocket socket, const SocketAddress& remote)
      : ByteStream(remote), socket_(std::move(socket)) {
    tune_socket(socket_);
  }

  Task<IoResult> handshake() override { co_return IoResult(0); }

  Task<IoResult> read_some(MutableByteView buffer) override {
    const auto [error, count] =
        co_await socket_.async_read_some(asio::buffer(buffer.data(), buffer.size()), kAsTuple);
    if (error) co_return Failure{to_io_error(error)};
    co_return count;
  }

  Task<IoResult> write(ByteView bytes) override {
    const auto [error, count] =
        co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), kAsTuple);
    if (error) co_return Failure{to_io_error(error)};
    co_return count;
  }

  Task<void> close() override {
    co_await linger(socket_);
    abort();
  }

  void cancel() override {
    error_code ignored;
    socket_.cancel(ignored);
  }

  void abort() override {
    error_code ignored;
    socket_.close(ignored);
  }

  bool is_quiet() override { return is_quiet_socket(socket_); }
  bool is_tls() const override { return false; }

 private:
  TcpSocket socket_;
};

}  // namespace

ByteStreamPtr make_plain_stream(TcpSocket socket, const SocketAddress& remote) {
  return std::make_unique<TcpStream>(std::move(socket), remote);
}

}  // namespace parley::net
