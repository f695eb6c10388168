#include "server/guarded_client.hpp"

#include "net/url.hpp"

namespace parley::server {
namespace {

/// Behind the limits of those who ask, which are fair to applications.
constexpr std::size_t kMaxInFlight = 8192;

net::HttpClientOptions secure_options(const OutboundOptions& options) {
  net::HttpClientOptions made;
  made.max_in_flight = kMaxInFlight;
  made.connect.tls = options.tls;
  made.connect.guard = [policy = options.policy](const IpAddress& address) {
    return is_allowed(address, policy);
  };
  return made;
}

net::HttpClientOptions plain_options(const OutboundOptions& options) {
  net::HttpClientOptions made;
  made.max_in_flight = kMaxInFlight;
  made.connect.guard = [allowed = options.policy.allow_loopback](const IpAddress& address) {
    return allowed && address.is_loopback();
  };
  return made;
}

}  // namespace

GuardedClient::GuardedClient(net::EventLoop& loop, const OutboundOptions& options)
    : secure_(loop, secure_options(options)), plain_(loop, plain_options(options)) {}

net::HttpClient::Cancel GuardedClient::request(net::HttpClientRequest request,
                                               net::HttpClient::Done done) {
  const auto url = net::Url::parse(request.url);
  net::HttpClient& client = url && url->scheme == "http" ? plain_ : secure_;
  return client.request(std::move(request), std::move(done));
}

std::optional<std::string> redirect_target(std::string_view from, std::string_view location) {
  const auto origin = net::Url::parse(from);
  if (!origin || location.empty()) return std::nullopt;
  std::string target(location);
  if (location.starts_with("//"))
    target = origin->scheme + ":" + target;
  else if (location.starts_with('/'))
    target = origin->scheme + "://" + origin->authority() + target;
  const auto url = net::Url::parse(target);
  if (!url || url->websocket()) return std::nullopt;
  return target;
}

}  // namespace parley::server
