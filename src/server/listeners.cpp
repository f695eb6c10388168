#include "server/listeners.hpp"

#include "net/url.hpp"
#include "server/http_reply.hpp"

namespace parley::server {
namespace {

using Server = std::optional<net::HttpServer>;

net::HttpServerOptions options_of(const Configuration& configuration) {
  net::HttpServerOptions options;
  options.max_connections = configuration.limits_connections;
  options.max_connections_per_source = configuration.limits_connections_per_source;
  options.format_error = refusal_of_net;
  return options;
}

/// RFC 6797, for a host of its own only: browsers ignore ports there, so that on localhost the page
/// that is served by plain http on another port would be forced to TLS too; and §8.1.1 knows no
/// addresses.
net::HttpServerOptions https_options_of(const Configuration& configuration) {
  net::HttpServerOptions options = options_of(configuration);
  const auto url = net::Url::parse(configuration.public_url);
  if (url && url->host != "localhost" && !IpAddress::parse(url->host))
    options.headers.add("Strict-Transport-Security", "max-age=31536000");
  return options;
}

net::HttpServer::Handler metrics_handler(const Metrics& metrics) {
  return [&metrics](net::HttpRequest&& request, const net::Responder& responder) {
    net::HttpResponse response;
    if (request.target == "/metrics" && request.method == "GET") {
      response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
      response.body = metrics.render();
    } else {
      response.status = 404;
    }
    responder.respond(std::move(response));
  };
}

void add_counters(const net::HttpServer& server, std::string_view name, Metrics& metrics) {
  Metrics::Values values;
  for (const auto& [key, value] : server.counters().all()) values[key] = static_cast<double>(value);
  values["http_connections"] = static_cast<double>(server.connections());
  const std::string label = "listener=\"" + std::string(name) + "\"";
  metrics.publish(label, label, std::move(values));
}

}  // namespace

Result<std::unique_ptr<Listeners>, std::string> Listeners::open(net::EventLoop& loop,
                                                                const Configuration& configuration,
                                                                std::shared_ptr<net::ServerTls> tls,
                                                                const Metrics& metrics,
                                                                const Handler& handler) {
  auto made = std::make_unique<Listeners>();
  std::string error;
  const auto listen = [&](Server& server, const std::string& address,
                          std::shared_ptr<net::ServerTls> with_tls,
                          const net::HttpServerOptions& options, const Handler& with_handler) {
    if (address.empty() || !error.empty()) return;
    auto listening = net::HttpServer::listen(loop, *SocketAddress::parse(address),
                                             std::move(with_tls), options, with_handler);
    if (listening)
      server.emplace(std::move(*listening));
    else
      error = listening.error();
  };
  listen(made->https_, configuration.listen_https, std::move(tls), https_options_of(configuration),
         handler);
  const net::HttpServerOptions plain = options_of(configuration);
  listen(made->page_, configuration.listen_page, nullptr, plain, handler);
  listen(made->metrics_, configuration.listen_metrics, nullptr, plain, metrics_handler(metrics));
  if (!error.empty()) return Failure{std::move(error)};
  return made;
}

std::optional<SocketAddress> Listeners::page() const {
  return page_ ? std::optional(page_->local()) : std::nullopt;
}

std::optional<SocketAddress> Listeners::metrics() const {
  return metrics_ ? std::optional(metrics_->local()) : std::nullopt;
}

void Listeners::publish(Metrics& metrics) const {
  add_counters(*https_, "https", metrics);
  if (page_) add_counters(*page_, "page", metrics);
}

}  // namespace parley::server
