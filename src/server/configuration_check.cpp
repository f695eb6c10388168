#include "server/configuration_check.hpp"

#include "base/ip_network.hpp"
#include "net/url.hpp"
#include "server/logging.hpp"

namespace parley::server {
namespace {

using Problem = std::optional<std::string>;

/// RFC 7064 §3.1, RFC 7065 §3.1, in lower case. Browsers throw on what is none, and the page would
/// have no call at all.
bool is_ice_url(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view scheme = text.substr(0, colon);
  const bool turn = scheme == "turn" || scheme == "turns";
  if (colon == text.npos || (!turn && scheme != "stun" && scheme != "stuns")) return false;
  text.remove_prefix(colon + 1);
  constexpr std::string_view kQuery = "?transport=udp";
  if (turn && (text.ends_with(kQuery) || text.ends_with("?transport=tcp")))
    text.remove_suffix(kQuery.size());
  return text.find_first_of("/?#") == text.npos &&
         net::Url::parse("https://" + std::string(text)).has_value();
}

/// Problems are found in order; the first one counts.
class Checker {
 public:
  explicit Checker(const Configuration& configuration) : c_(configuration) {}

  Problem run() {
    require(!c_.listen_https.empty(), "listen.https: at least one address is needed");
    for (const std::string& address : c_.listen_https)
      check_address("listen.https", address, false);
    check_address("listen.page", c_.listen_page, true);
    check_address("listen.metrics", c_.listen_metrics, true);
    for (const std::string& address : c_.media_bind) check_address("media.bind", address, false);
    for (const std::string& address : c_.media_advertise)
      require(IpAddress::parse(address).has_value(),
              "media.advertise: " + address + " is no IP address");
    for (const std::string& proxy : c_.trusted_proxies) check_proxy(proxy);
    check_ice_servers();
    check_public_url();
    check_safety();
    check_places();
    check_retries();
    return problem_;
  }

 private:
  void require(bool holds, std::string text) {
    if (!holds && !problem_) problem_ = std::move(text);
  }

  void check_address(const std::string& key, const std::string& text, bool may_be_empty) {
    if (text.empty() && may_be_empty) return;
    require(SocketAddress::parse(text).has_value(),
            key + ": \"" + text + "\" is not an address with a port, such as 127.0.0.1:8443");
  }

  void check_proxy(const std::string& text) {
    const auto network = IpNetwork::parse(text);
    require(network.has_value(), "trusted_proxies: \"" + text +
                                     "\" is not an IP address or a network of them, such as "
                                     "10.0.0.0/8, without bits behind its prefix");
    require(!network || network->prefix_length > 0,
            "trusted_proxies: " + text +
                " would let everybody say who they are; name your proxies' addresses");
  }

  void check_ice_servers() {
    require(c_.ice_servers.size() <= kMaxIceServers,
            "ice_servers: " + std::to_string(c_.ice_servers.size()) + " servers; allowed: 0 to " +
                std::to_string(kMaxIceServers));
    for (const model::IceServer& server : c_.ice_servers) {
      require(!server.urls.empty() && server.urls.size() <= kMaxIceUrls,
              "ice_servers: a server with " + std::to_string(server.urls.size()) +
                  " urls; allowed: 1 to " + std::to_string(kMaxIceUrls));
      for (const std::string& url : server.urls) check_ice_url(url, server);
    }
  }

  void check_ice_url(const std::string& url, const model::IceServer& server) {
    require(is_ice_url(url),
            "ice_servers: \"" + url +
                "\" is not a STUN or TURN server, such as stun:stun.example.com:3478 or "
                "turns:turn.example.com:443?transport=tcp");
    require(!url.starts_with("turn") || (server.username && server.credential),
            "ice_servers: " + url + " needs a username and a credential");
  }

  static bool is_loopback(const std::string& text) {
    const auto address = SocketAddress::parse(text);
    return text.empty() || (address && address->ip.is_loopback());
  }

  void check_public_url() {
    if (c_.public_url.empty()) {
      for (const std::string& address : c_.listen_https)
        require(is_loopback(address),
                "public_url is needed when listen.https (" + address +
                    ") is not a loopback address: clients must be told a name to connect to");
      return;
    }
    const auto url = net::Url::parse(c_.public_url);
    require(url && url->scheme == "https" && url->target == "/" && !c_.public_url.ends_with('/'),
            "public_url: \"" + c_.public_url +
                "\" must be https:// with a host, perhaps a port, and nothing behind it");
  }

  void check_safety() {
    require(is_loopback(c_.listen_page),
            "listen.page: " + c_.listen_page +
                " is not a loopback address; tokens must not travel over plain http");
    require(!c_.media_bind.empty(), "media.bind: at least one address is needed");
    if (!c_.demo) return;
    std::vector<std::string> all = c_.media_bind;
    all.insert(all.end(), c_.listen_https.begin(), c_.listen_https.end());
    all.push_back(c_.listen_metrics);
    for (const std::string& address : all)
      require(is_loopback(address), "demo = true is refused while " + address +
                                        " is not a loopback address: its bots may do anything. Set "
                                        "demo = false, or listen on 127.0.0.1 only");
  }

  void check_places() {
    const std::uint32_t ports = c_.shards == 0 ? kMaxShards : c_.shards;
    for (const std::string& text : c_.media_bind)
      if (const auto address = SocketAddress::parse(text))
        require(address->port + ports <= 0x10000,
                "media.bind: " + text + " leaves too few ports above it for the shards");
    require(!c_.data.empty(), "data: a folder is needed");
    require(log_level_named(c_.log_level).has_value(),
            "log.level: \"" + c_.log_level + "\" is not one of debug, info, warning, error");
    require(c_.tls_certificate.empty() == c_.tls_key.empty(),
            "tls.certificate and tls.key come together");
  }

  void check_retries() {
    check_backoff("webhooks.first_backoff_milliseconds", c_.webhooks_first_backoff_milliseconds,
                  "webhooks.largest_backoff_seconds", c_.webhooks_largest_backoff_seconds);
    check_backoff("webhooks.incoming_first_backoff_milliseconds",
                  c_.webhooks_incoming_first_backoff_milliseconds,
                  "webhooks.incoming_largest_backoff_seconds",
                  c_.webhooks_incoming_largest_backoff_seconds);
    require(c_.webhooks_last_after_end_minutes >= c_.webhooks_after_end_minutes,
            "webhooks.last_after_end_minutes is " +
                std::to_string(c_.webhooks_last_after_end_minutes) +
                "; it must be at least webhooks.after_end_minutes, " +
                std::to_string(c_.webhooks_after_end_minutes));
  }

  void check_backoff(const std::string& first_key, std::uint32_t first_milliseconds,
                     const std::string& largest_key, std::uint32_t largest_seconds) {
    require(first_milliseconds <= largest_seconds * 1000,
            first_key + " is " + std::to_string(first_milliseconds) + "; it must be at most " +
                largest_key + ", " + std::to_string(largest_seconds) + " s");
  }

  const Configuration& c_;
  Problem problem_;
};

}  // namespace

std::optional<std::string> check(const Configuration& configuration) {
  return Checker(configuration).run();
}

}  // namespace parley::server
