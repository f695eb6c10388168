#include "server/listeners.hpp"

#include "net/url.hpp"
#include "server/http_reply.hpp"

namespace parley::server {
namespace {

net::HttpServerOptions options_of(const Configuration& configuration) {
  net::HttpServerOptions options;
  options.max_connections = configuration.limits_connections;
  options.max_connections_per_source = configuration.limits_connections_per_source;
  for (const std::string& proxy : configuration.trusted_proxies)
    options.trusted_proxies.push_back(*IpNetwork::parse(proxy));
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
  const auto listen = [&](const std::string& address,
                          const std::shared_ptr<net::ServerTls>& with_tls,
                          const Handler& with_handler) -> std::optional<net::HttpServer> {
    if (address.empty() || !error.empty()) return std::nullopt;
    auto listening = net::HttpServer::listen(
        loop, *SocketAddress::parse(address), with_tls,
        with_tls ? https_options_of(configuration) : options_of(configuration), with_handler);
    if (listening) return std::move(*listening);
    error = listening.error();
    return std::nullopt;
  };
  for (const std::string& address : configuration.listen_https)
    if (auto server = listen(address, tls, handler)) made->https_.push_back(std::move(*server));
  made->page_ = listen(configuration.listen_page, nullptr, handler);
  made->metrics_ = listen(configuration.listen_metrics, nullptr, metrics_handler(metrics));
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
  for (std::size_t i = 0; i < https_.size(); ++i)
    add_counters(https_[i], i == 0 ? "https" : "https" + std::to_string(i + 1), metrics);
  if (page_) add_counters(*page_, "page", metrics);
}

}  // namespace parley::server
