#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "net/client_error.hpp"
#include "net/http_message.hpp"

namespace parley::net {

class EventLoop;

struct HttpClientOptions {
  ConnectOptions connect;
  /// Kept-alive connections without a request; the oldest is closed at either limit.
  std::size_t max_idle_per_origin = 32;
  std::size_t max_idle = 256;
  /// Shorter than the 5 s after which common servers close, so that we rarely meet a closing
  /// connection.
  Duration idle_time = std::chrono::seconds(4);
  /// Requests under way, in all and to one origin, so that one dead server leaves room for the
  /// others; the next one fails with `busy`.
  std::size_t max_in_flight = 1024;
  std::size_t max_in_flight_per_origin = 128;
};

struct HttpClientRequest {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  std::string body;
  /// For everything: lookup, connection, TLS, request and answer.
  Duration timeout = std::chrono::seconds(10);
  /// Bytes of the answer's body; reading stops there.
  std::size_t max_body = 64 << 10;
  /// A 2xx counts from its headers on: when the body is over its limit, late or broken, the answer
  /// is given with what came of it, `truncated`.
  bool take_2xx_at_headers = false;
};

struct HttpClientResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
  bool truncated = false;
};

/// HTTP/1.1 requests on one loop, with a bounded pool of kept-alive connections per origin.
/// Redirects are answers like any other: the caller decides. A request that meets a kept-alive
/// connection just closed by its server is repeated on a fresh one when its method is idempotent
/// (RFC 9110 §9.2.2).
class HttpClient {
 public:
  using Done = std::function<void(Result<HttpClientResponse, ClientFailure>)>;
  /// Cuts the request it came from: the connection is closed, `done` is not called. Nothing happens
  /// when the request is over. On the loop's thread.
  using Cancel = std::function<void()>;

  HttpClient(EventLoop& loop, HttpClientOptions options);
  /// Requests under way are forgotten: their callbacks are not called.
  ~HttpClient();

  /// On the loop's thread. `done` is called exactly once, later, on that thread, unless the request
  /// is cancelled first.
  Cancel request(HttpClientRequest request, Done done);
  std::size_t in_flight() const;
  std::size_t idle_connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace parley::net
