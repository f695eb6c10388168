#pragma once

#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "net/asio_support.hpp"

namespace parley::net {

class ClientTls;
class ServerTls;

/// Why a stream stopped.
enum class IoError {
  closed,     ///< The peer ended the stream in order.
  cancelled,  ///< `cancel` was called, here.
  refused,    ///< TLS failed: certificate, host name, protocol version or cipher.
  broken,     ///< Anything else: reset, unreachable, truncated TLS.
};

/// The number of bytes moved, or why none were.
using IoResult = Result<std::size_t, IoError>;

/// A TCP or TLS connection behind one interface, so that no handler is a template on the stream
/// (each further stream type would compile the whole chain again). At most one read and one write
/// at a time. Nothing throws. The object must outlive what it started: keep it in the coroutine's
/// owner.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// TLS handshake; done at once on a plain stream.
  virtual Task<IoResult> handshake() = 0;
  /// At least one byte into `buffer`, or an error.
  virtual Task<IoResult> read_some(MutableByteView buffer) = 0;
  /// All of `bytes`, or an error.
  virtual Task<IoResult> write(ByteView bytes) = 0;
  /// Says good-bye (TLS close_notify, then FIN), reads on until the peer does too, and closes:
  /// closing with unread bytes would reset the connection and could lose our last answer. The owner
  /// bounds the wait with `abort`; at most kMaxDiscarded bytes are read.
  virtual Task<void> close() = 0;
  /// Ends pending reads and writes with `cancelled`. The stream stays usable, after a cancelled
  /// write of TLS for reading only: half a record went out.
  virtual void cancel() = 0;
  /// Closes at once; pending reads and writes end with an error.
  virtual void abort() = 0;
  /// Whether an idle stream could carry another request: open and nothing waiting to be read.
  virtual bool is_quiet() = 0;
  virtual bool is_tls() const = 0;
  const SocketAddress& remote() const { return remote_; }

  static constexpr std::size_t kMaxDiscarded = 1 << 20;

 protected:
  explicit ByteStream(const SocketAddress& remote) : remote_(remote) {}

 private:
  SocketAddress remote_;
};

using ByteStreamPtr = std::unique_ptr<ByteStream>;

ByteStreamPtr make_plain_stream(TcpSocket socket, const SocketAddress& remote);
/// Takes the certificate that `tls` holds now.
ByteStreamPtr make_tls_stream(TcpSocket socket, const SocketAddress& remote, const ServerTls& tls);
/// Sends `host` as SNI (RFC 6066 §3; not for an address literal) and requires a certificate for it.
ByteStreamPtr make_tls_stream(TcpSocket socket, const SocketAddress& remote, const ClientTls& tls,
                              const std::string& host);

}  // namespace parley::net
