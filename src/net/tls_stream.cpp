#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ssl/context.hpp>
#include <new>

#include "net/socket_bio.hpp"
#include "net/tcp_stream.hpp"
#include "net/tls_context.hpp"

namespace parley::net {
namespace {

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};

/// OpenSSL over the socket itself. Asio's own stream would keep 68 KB of buffers per connection,
/// idle or not.
class TlsStream final : public ByteStream {
 public:
  using Role = void (*)(SSL*);

  TlsStream(TcpSocket socket, const SocketAddress& remote,
            std::shared_ptr<asio::ssl::context> context, Role role)
      : ByteStream(remote),
        context_(std::move(context)),
        socket_(std::move(socket)),
        session_(SSL_new(context_->native_handle())) {
    if (!session_) throw std::bad_alloc();
    BIO* bio = make_socket_bio(socket_);
    SSL_set_bio(session(), bio, bio);
    role(session());
    // A record's head and body in one read.
    SSL_set_read_ahead(session(), 1);
    tune_socket(socket_);
  }

  /// RFC 9525 §6: the name (or address) that the certificate must carry, and not as its common
  /// name.
  void require_host(const std::string& host) {
    X509_VERIFY_PARAM* wanted = SSL_get0_param(session());
    if (const auto address = IpAddress::parse(host)) {
      const ByteView octets = address->octets();
      return must(X509_VERIFY_PARAM_set1_ip(wanted, octets.data(), octets.size()));
    }
    X509_VERIFY_PARAM_set_hostflags(
        wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    must(X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size()));
    must(static_cast<int>(SSL_set_tlsext_host_name(session(), host.c_str())));
  }

  Task<IoResult> handshake() override {
    return run([](SSL* session) { return SSL_do_handshake(session); });
  }

  Task<IoResult> read_some(MutableByteView buffer) override {
    // Most often there is nothing yet: that is cheaper to await than to try.
    const bool idle = !has_input();
    if (idle) {
      const auto [error] = co_await socket_.async_wait(TcpSocket::wait_read, kAsTuple);
      if (error) co_return Failure{to_io_error(error)};
    }
    const auto read = [buffer](SSL* session) {
      return SSL_read(session, buffer.data(), static_cast<int>(buffer.size()));
    };
    co_return co_await run(read, idle);
  }

  Task<IoResult> write(ByteView bytes) override {
    if (bytes.empty()) co_return IoResult(0);
    co_return co_await run([bytes](SSL* session) {
      return SSL_write(session, bytes.data(), static_cast<int>(bytes.size()));
    });
  }

  Task<void> close() override {
    // What the peer still says, its close_notify among it, is read and forgotten without OpenSSL.
    [[maybe_unused]] const IoResult told = co_await run([](SSL* session) {
      const int result = SSL_shutdown(session);
      return result == 0 ? 1 : result;
    });
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

  bool is_quiet() override { return !has_input() && is_quiet_socket(socket_); }
  bool is_tls() const override { return true; }

 private:
  SSL* session() { return session_.get(); }

  /// Whether OpenSSL has something to say without the socket: bytes, or the peer's end.
  bool has_input() {
    return SSL_has_pending(session()) != 0 ||
           (SSL_get_shutdown(session()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

  /// Out of memory. To go on would leave the peer's certificate unchecked.
  static void must(int result) {
    if (result != 1) throw std::bad_alloc();
  }

  /// Calls OpenSSL until it has done it, and awaits what it wants in between. Never done inside the
  /// call that began it (unless that has `waited` already), as with any other asynchronous act.
  template <class Call>
  Task<IoResult> run(Call call, bool waited = false) {
    for (;; waited = true) {
      ERR_clear_error();
      const int result = call(session());
      const int why = SSL_get_error(session(), result);
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
        const IoResult outcome = outcome_of(result, why);
        if (!waited) co_await asio::post(socket_.get_executor(), kAsTuple);
        co_return outcome;
      }
      const auto direction =
          why == SSL_ERROR_WANT_READ ? TcpSocket::wait_read : TcpSocket::wait_write;
      const auto [error] = co_await socket_.async_wait(direction, kAsTuple);
      if (error) co_return Failure{to_io_error(error)};
    }
  }

  static IoResult outcome_of(int result, int why) {
    if (why == SSL_ERROR_NONE) return static_cast<std::size_t>(result);
    if (why == SSL_ERROR_ZERO_RETURN) return Failure{IoError::closed};
    const unsigned long error = ERR_peek_error();
    const bool cut_off = ERR_GET_LIB(error) == ERR_LIB_SSL &&
                         ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    return Failure{why == SSL_ERROR_SSL && !cut_off ? IoError::refused : IoError::broken};
  }

  std::shared_ptr<asio::ssl::context> context_;
  TcpSocket socket_;
  std::unique_ptr<SSL, FreeSession> session_;
};

}  // namespace

ByteStreamPtr make_tls_stream(TcpSocket socket, const SocketAddress& remote, const ServerTls& tls) {
  return std::make_unique<TlsStream>(std::move(socket), remote, tls.context(),
                                     SSL_set_accept_state);
}

ByteStreamPtr make_tls_stream(TcpSocket socket, const SocketAddress& remote, const ClientTls& tls,
                              const std::string& host) {
  auto stream =
      std::make_unique<TlsStream>(std::move(socket), remote, tls.context(), SSL_set_connect_state);
  stream->require_host(host);
  return stream;
}

}  // namespace parley::net
