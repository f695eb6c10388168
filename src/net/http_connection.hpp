#pragma once

#include <array>
#include <optional>

#include "net/byte_stream.hpp"
#include "net/connection_table.hpp"
#include "net/event_loop.hpp"
#include "net/http_request_reader.hpp"
#include "net/http_server.hpp"
#include "net/http_writer.hpp"

namespace parley::net {

class WebSocketSession;

/// What the connections of one server share. One thread's.
struct HttpServerCore {
  HttpServerCore(EventLoop& event_loop, HttpServerOptions server_options,
                 HttpServer::Handler server_handler)
      : loop(event_loop),
        options(std::move(server_options)),
        handler(std::move(server_handler)),
        table(options.max_connections, options.max_connections_per_source) {}

  HttpResponse error(int status, std::string_view why) const;
  /// Adds the options' headers that are not there.
  void add_headers(HttpHeaders& headers) const;
  std::string_view date();

  EventLoop& loop;
  HttpServerOptions options;
  HttpServer::Handler handler;
  ConnectionTable table;
  Counters counters;
  bool draining = false;
  UtcTime date_second{};
  std::string date_text;
};

/// One accepted connection, from the handshake to its end.
class HttpConnection final : public Responder::Sink,
                             public std::enable_shared_from_this<HttpConnection> {
 public:
  /// `proxied`: a trusted proxy made it.
  HttpConnection(std::shared_ptr<HttpServerCore> core, ByteStreamPtr stream, bool proxied);
  ~HttpConnection() override;

  void set_place(ConnectionTable::Place place) { place_ = std::move(place); }
  /// The whole life. Ends by itself.
  Task<void> run();
  /// Ends it at once, whatever it is doing.
  void abort();
  void answer(std::uint64_t request, Responder::Answer answer) override;

 private:
  enum class Next { request, close, gone };
  /// A read ends so that a 408 can still be sent; everything else ends with the connection.
  enum class AtLimit { end_read, abort };

  Task<Next> serve_one();
  Task<Next> handle(HttpRequest request);
  Task<Next> read_request();
  Task<Next> read_more(HttpRequestReader::Phase phase);
  void start_clock(HttpRequestReader::Phase phase);
  Task<Responder::Answer> ask_handler(HttpRequest request);
  Task<Next> refuse(int status, std::string_view why);
  Task<Next> send(HttpResponse response);
  Task<Next> send_source(HttpResponse response, HttpResponseFraming framing);
  Task<Next> upgrade(WebSocketUpgrade upgrade);
  Task<bool> write(std::string_view bytes);
  void limit(Duration time, AtLimit then);
  void on_deadline();

  std::shared_ptr<HttpServerCore> core_;
  ByteStreamPtr stream_;
  const bool proxied_;
  ConnectionTable::Place place_;
  HttpRequestReader reader_;
  Timer deadline_;
  AtLimit at_limit_ = AtLimit::abort;
  bool expired_ = false;
  bool aborted_ = false;
  bool first_ = true;
  HttpRequestReader::Phase clocked_ = HttpRequestReader::Phase::complete;
  std::uint64_t request_ = 0;
  std::optional<Responder::Answer> answer_;
  AsioTimer answered_;
  // What sending needs to know of the request being answered.
  bool head_only_ = false;
  bool keep_alive_ = true;
  int minor_version_ = 1;
  std::string websocket_key_;
  int websocket_status_ = 400;
  std::string out_;
  std::array<std::uint8_t, 4096> in_;
  std::weak_ptr<WebSocketSession> websocket_;
};

}  // namespace parley::net
