#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "net/tcp_stream.hpp"
#include "net/tls_context.hpp"

namespace parley::net {
namespace {

using SslStream = asio::ssl::stream<TcpSocket>;

/// Whether OpenSSL refused the peer, rather than the connection failing underneath.
bool is_tls_refusal(error_code error) {
  return error.category() == asio::error::get_ssl_category();
}

class TlsStream final : public ByteStream {
 public:
  TlsStream(TcpSocket socket, const SocketAddress& remote,
            std::shared_ptr<asio::ssl::context> context, SslStream::handshake_type role)
      : ByteStream(remote),
        context_(std::move(context)),
        stream_(std::move(socket), *context_),
        role_(role) {
    tune_socket(stream_.next_layer());
  }

  /// RFC 9525 §6: the name (or address) that the certificate must carry.
  void require_host(const std::string& host) {
    stream_.set_verify_callback(asio::ssl::host_name_verification(host));
    if (!IpAddress::parse(host)) SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
  }

  Task<IoResult> handshake() override {
    const auto [error] = co_await stream_.async_handshake(role_, kAsTuple);
    if (!error) co_return IoResult(0);
    co_return Failure{is_tls_refusal(error) ? IoError::refused : to_io_error(error)};
  }

  Task<IoResult> read_some(MutableByteView buffer) override {
    const auto [error, count] =
        co_await stream_.async_read_some(asio::buffer(buffer.data(), buffer.size()), kAsTuple);
    if (error) co_return Failure{to_io_error(error)};
    co_return count;
  }

  Task<IoResult> write(ByteView bytes) override {
    const auto [error, count] =
        co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), kAsTuple);
    if (error) co_return Failure{to_io_error(error)};
    co_return count;
  }

  Task<void> close() override {
    // Ends with an error when data still comes in place of the peer's close_notify: all one, we
    // linger.
    co_await stream_.async_shutdown(kAsTuple);
    co_await linger(stream_.next_layer());
    abort();
  }

  void cancel() override {
    error_code ignored;
    stream_.next_layer().cancel(ignored);
  }

  void abort() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  bool is_quiet() override { return is_quiet_socket(stream_.next_layer()); }
  bool is_tls() const override { return true; }

 private:
  std::shared_ptr<asio::ssl::context> context_;
  SslStream stream_;
  SslStream::handshake_type role_;
};

}  // namespace

ByteStreamPtr make_tls_stream(TcpSocket socket, const SocketAddress& remote, const ServerTls& tls) {
  return std::make_unique<TlsStream>(std::move(socket), remote, tls.context(), SslStream::server);
}

ByteStreamPtr make_tls_stream(TcpSocket socket, const SocketAddress& remote, const ClientTls& tls,
                              const std::string& host) {
  auto stream =
      std::make_unique<TlsStream>(std::move(socket), remote, tls.context(), SslStream::client);
  stream->require_host(host);
  return stream;
}

}  // namespace parley::net
