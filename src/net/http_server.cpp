#include "net/http_server.hpp"

#include <optional>
#include <utility>

#include "net/http_connection.hpp"
#include "net/tcp_listener.hpp"
#include "net/tls_context.hpp"

namespace parley::net {

struct HttpServer::State {
  State(EventLoop& loop, std::shared_ptr<ServerTls> server_tls, HttpServerOptions options,
        Handler handler)
      : core(std::make_shared<HttpServerCore>(loop, std::move(options), std::move(handler))),
        tls(std::move(server_tls)) {}
  ~State() {
    core->draining = true;
    core->table.close_all();
  }

  void accept(TcpSocket socket, const SocketAddress& remote) {
    ++core->counters.counter("http_connections_total");
    const auto link = std::make_shared<std::weak_ptr<HttpConnection>>();
    const bool proxied = is_in_any(remote.ip, core->options.trusted_proxies);
    auto place = core->table.admit(proxied ? std::nullopt : std::optional(remote.ip), [link] {
      if (const auto connection = link->lock()) connection->abort();
    });
    if (!place) {
      ++core->counters.counter("http_connections_refused_total");
      return;
    }
    auto stream = tls ? make_tls_stream(std::move(socket), remote, *tls)
                      : make_plain_stream(std::move(socket), remote);
    const auto connection = std::make_shared<HttpConnection>(core, std::move(stream), proxied);
    *link = connection;
    connection->set_place(std::move(place));
    spawn(core->loop.context(), connection, connection->run());
  }

  std::shared_ptr<HttpServerCore> core;
  std::shared_ptr<ServerTls> tls;
  std::optional<TcpListener> listener;
  SocketAddress local;
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

Result<HttpServer, std::string> HttpServer::listen(EventLoop& loop, const SocketAddress& address,
                                                   std::shared_ptr<ServerTls> tls,
                                                   HttpServerOptions options, Handler handler) {
  const bool share_port = options.share_port;
  auto state =
      std::make_unique<State>(loop, std::move(tls), std::move(options), std::move(handler));
  auto listener =
      TcpListener::bind(loop, address, share_port,
                        [owner = state.get()](TcpSocket socket, const SocketAddress& remote) {
                          owner->accept(std::move(socket), remote);
                        });
  if (!listener) return Failure{listener.error()};
  state->local = listener->local();
  state->listener = std::move(*listener);
  return HttpServer(std::move(state));
}

const SocketAddress& HttpServer::local() const {
  return state_->local;
}

void HttpServer::drain() {
  state_->listener.reset();
  state_->core->draining = true;
  state_->core->table.close_idle();
}

std::size_t HttpServer::connections() const {
  return state_->core->table.size();
}

const Counters& HttpServer::counters() const {
  return state_->core->counters;
}

}  // namespace parley::net
