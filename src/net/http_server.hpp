#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/counters.hpp"
#include "base/ip_network.hpp"
#include "base/result.hpp"
#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "net/http_message.hpp"
#include "net/responder.hpp"
#include "net/websocket.hpp"

namespace parley::net {

class EventLoop;
class ServerTls;

/// Every limit of an HTTP server, and what happens at it.
struct HttpServerOptions {
  std::size_t max_request_line = 8 << 10;  ///< Bytes; 414.
  std::size_t max_headers = 32 << 10;      ///< Bytes of all header lines; 431.
  std::size_t max_body = 1 << 20;          ///< Bytes; 413.
  /// From the first byte of a request (and from the connection's start, TLS included) to the end of
  /// its headers; 408, or closed when nothing came at all.
  Duration header_time = std::chrono::seconds(10);
  Duration body_time = std::chrono::seconds(30);    ///< From the headers to the last byte; 408.
  Duration idle_time = std::chrono::seconds(60);    ///< Between requests; closed.
  Duration answer_time = std::chrono::seconds(60);  ///< For the handler; 503.
  Duration write_time =
      std::chrono::seconds(30);  ///< For the peer to take an answer or chunk; closed.
  Duration linger_time =
      std::chrono::seconds(2);  ///< For the peer to take the last answer; closed.
  /// At either, the oldest idle connection (of that source) is closed, else the new one is refused.
  std::size_t max_connections = 10'000;
  std::size_t max_connections_per_source = 256;
  /// A connection from one of these counts for no source of its own but, while a request of it is
  /// handled or it is a WebSocket, for the client that `X-Forwarded-For` names; when that client
  /// has as many as it may, the request gets 429. From anybody else the header is ignored.
  std::vector<IpNetwork> trusted_proxies;
  /// SO_REUSEPORT: the servers of several loops share one port (and each has its own connection
  /// limits).
  bool share_port = false;
  WebSocketOptions websocket;
  /// Added to every answer of this server, net's own errors and the 101 of a WebSocket included,
  /// unless the answer has a header of that name.
  HttpHeaders headers;
  /// The body (and headers) of the errors that net itself answers: 4xx of the limits above, 500 for
  /// a dropped Responder, 503. Plain text when empty.
  std::function<HttpResponse(int status, std::string_view why)> format_error;
};

/// An HTTP/1.1 server (RFC 9112) on one loop: keep-alive, pipelined requests answered in order,
/// `Expect: 100-continue`, HEAD, WebSocket upgrades. Malformed framing gets 400 and the connection
/// is closed.
///
/// Counters: `http_connections_total`, `http_connections_refused_total`, `http_requests_total`,
/// `http_requests_refused_total{status=…}`, `http_tls_failures_total`.
class HttpServer {
 public:
  /// Runs on the loop's thread. Keep the Responder, answer now or later. A HEAD request reaches the
  /// handler as such; its answer's body is measured and not sent.
  using Handler = std::function<void(HttpRequest&& request, Responder responder)>;

  /// `tls` null: plain HTTP. The error is a text for the operator: address and cause.
  static Result<HttpServer, std::string> listen(EventLoop& loop, const SocketAddress& address,
                                                std::shared_ptr<ServerTls> tls,
                                                HttpServerOptions options, Handler handler);
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  /// Closes everything at once.
  ~HttpServer();

  /// The bound address with its real port.
  const SocketAddress& local() const;
  /// Accepts no more, closes idle connections, and the busy ones after the answer they wait for.
  void drain();
  std::size_t connections() const;
  const Counters& counters() const;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace parley::net
