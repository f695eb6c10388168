#include "server/listeners.hpp"

#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/net_test_support.hpp"

namespace parley::server {
namespace {

/// The header that makes browsers use TLS for a whole host, as each port sends it.
struct StrictTransport {
  std::optional<std::string> https;
  std::optional<std::string> page;
};

class ListenersTest : public ::testing::Test {
 protected:
  StrictTransport ask(const std::string& public_url) {
    Configuration configuration;
    configuration.public_url = public_url;
    configuration.listen_https = {"127.0.0.1:0"};
    configuration.listen_page = "127.0.0.1:0";
    configuration.limits_connections = configuration.limits_connections_per_source = 10;
    const auto issued = authority_.issue("IP:127.0.0.1");
    const auto listeners = Listeners::open(
        loop_, configuration, *net::ServerTls::load(issued.certificate, issued.key), metrics_,
        [](net::HttpRequest&&, const net::Responder& responder) { responder.respond({204}); });
    EXPECT_TRUE(listeners.ok());
    return {header_of("https://" + (*listeners)->https().text()),
            header_of("http://" + (*listeners)->page()->text())};
  }

  std::optional<std::string> header_of(const std::string& url) {
    net::HttpClientOptions options;
    options.connect.tls = *net::ClientTls::load(authority_.file());
    net::HttpClient client(loop_, options);
    net::HttpClientRequest request;
    request.url = url + "/";
    std::optional<Result<net::HttpClientResponse, net::ClientFailure>> outcome;
    client.request(request, [&](auto given) { outcome.emplace(std::move(given)); });
    EXPECT_TRUE(net::drive(loop_, [&] { return outcome.has_value(); }));
    EXPECT_TRUE(outcome->ok());
    const auto header = (*outcome)->headers.get("strict-transport-security");
    return header ? std::optional(std::string(*header)) : std::nullopt;
  }

  net::EventLoop loop_;
  net::TestAuthority authority_{"Parley Test CA"};
  Metrics metrics_;
};

TEST_F(ListenersTest, AHostOfItsOwnIsForTlsOnly) {
  const StrictTransport sent = ask("https://calls.example.com:8443");
  EXPECT_EQ(sent.https, "max-age=31536000");
  EXPECT_EQ(sent.page, std::nullopt);
}

TEST_F(ListenersTest, LocalhostAndAddressesAreShared) {
  for (const char* url : {"", "https://localhost:8443", "https://LocalHost", "https://192.0.2.1",
                          "https://[2001:db8::1]:8443"}) {
    const StrictTransport sent = ask(url);
    EXPECT_EQ(sent.https, std::nullopt) << url;
    EXPECT_EQ(sent.page, std::nullopt) << url;
  }
}

TEST_F(ListenersTest, ATrustedProxysConnectionsAreNotOneSource) {
  Configuration configuration;
  configuration.listen_page = "127.0.0.1:0";
  configuration.trusted_proxies = {"127.0.0.0/8"};
  configuration.limits_connections = 10;
  configuration.limits_connections_per_source = 1;
  std::vector<net::Responder> waiting;
  const auto listeners = Listeners::open(
      loop_, configuration, nullptr, metrics_,
      [&](net::HttpRequest&&, const net::Responder& responder) { waiting.push_back(responder); });
  ASSERT_TRUE(listeners.ok());
  net::RawPeer first(loop_, *(*listeners)->page());
  net::RawPeer second(loop_, *(*listeners)->page());
  net::RawPeer third(loop_, *(*listeners)->page());
  const std::string begin = "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.";
  first.say(begin + "1\r\n\r\n");
  second.say(begin + "2\r\n\r\n");
  ASSERT_TRUE(net::drive(loop_, [&] { return waiting.size() == 2; }));
  third.say(begin + "1\r\n\r\n");
  EXPECT_TRUE(third.hear("TooManyRequests"));
}

}  // namespace
}  // namespace parley::server
