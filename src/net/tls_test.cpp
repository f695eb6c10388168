#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <filesystem>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/net_test_support.hpp"
#include "net/tls_context.hpp"

namespace parley::net {
namespace {

using Outcome = Result<HttpClientResponse, ClientFailure>;

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() : authority_("Parley Test CA") { serve("DNS:localhost,IP:127.0.0.1"); }

  void serve(const std::string& alt_names, long from = 0) {
    issued_ = authority_.issue(alt_names, from);
    auto tls = ServerTls::load(issued_.certificate, issued_.key);
    ASSERT_TRUE(tls.ok()) << tls.error();
    tls_ = *tls;
    auto server = HttpServer::listen(loop_, *SocketAddress::parse("127.0.0.1:0"), tls_, {},
                                     [this](HttpRequest&& request, Responder responder) {
                                       was_tls_ = request.tls;
                                       responder.respond({200, {}, "secret"});
                                     });
    ASSERT_TRUE(server.ok());
    server_.emplace(std::move(*server));
  }

  Outcome ask(const std::string& host, const std::string& authorities) {
    HttpClientOptions options;
    options.connect.tls = *ClientTls::load(authorities);
    HttpClient client(loop_, options);
    return ask(client, host);
  }
  Outcome ask(HttpClient& client, const std::string& host) {
    HttpClientRequest request;
    request.url = "https://" + host + ":" + std::to_string(server_->local().port) + "/";
    std::optional<Outcome> outcome;
    client.request(request, [&](Outcome given) { outcome.emplace(std::move(given)); });
    EXPECT_TRUE(drive(loop_, [&] { return outcome.has_value(); }));
    return std::move(*outcome);
  }

  EventLoop loop_;
  TestAuthority authority_;
  TestAuthority::Issued issued_;
  std::shared_ptr<ServerTls> tls_;
  std::optional<HttpServer> server_;
  bool was_tls_ = false;
};

TEST_F(TlsTest, VerifiesNameAndAddress) {
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const Outcome outcome = ask(host, authority_.file());
    ASSERT_TRUE(outcome.ok()) << outcome.error().text;
    EXPECT_EQ(outcome->body, "secret");
  }
  EXPECT_TRUE(was_tls_);
}

TEST_F(TlsTest, RefusesAnUnknownAuthority) {
  const TestAuthority other("Parley Test CA");
  EXPECT_EQ(ask("localhost", other.file()).error().error, ClientError::tls_refused);
  EXPECT_EQ(ask("localhost", "").error().error, ClientError::tls_refused);
  EXPECT_FALSE(was_tls_);
}

TEST_F(TlsTest, RefusesAnotherHost) {
  serve("DNS:elsewhere.example,IP:127.0.0.2");
  EXPECT_EQ(ask("localhost", authority_.file()).error().error, ClientError::tls_refused);
  EXPECT_EQ(ask("127.0.0.1", authority_.file()).error().error, ClientError::tls_refused);
}

TEST_F(TlsTest, RefusesWhatHasExpiredOrIsNotYetGood) {
  for (const long from : {-7'200, 3'600}) {
    serve("DNS:localhost,IP:127.0.0.1", from);
    EXPECT_EQ(ask("localhost", authority_.file()).error().error, ClientError::tls_refused);
    EXPECT_EQ(ask("127.0.0.1", authority_.file()).error().error, ClientError::tls_refused);
  }
  EXPECT_FALSE(was_tls_);
}

TEST_F(TlsTest, ReloadsTheCertificateForNewConnections) {
  HttpClientOptions options;
  options.connect.tls = *ClientTls::load(authority_.file());
  HttpClient standing(loop_, options);
  EXPECT_TRUE(ask(standing, "localhost").ok());
  const auto renewed = authority_.issue("DNS:elsewhere.example");
  std::filesystem::copy_file(renewed.certificate, issued_.certificate,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(ask("localhost", authority_.file()).ok())
      << "until it is told, the server keeps the old one";
  EXPECT_FALSE(tls_->reload().ok()) << "the key does not fit yet";
  EXPECT_TRUE(ask("localhost", authority_.file()).ok()) << "a failed reload changes nothing";
  std::filesystem::copy_file(renewed.key, issued_.key,
                             std::filesystem::copy_options::overwrite_existing);
  ASSERT_TRUE(tls_->reload().ok());
  EXPECT_EQ(ask("localhost", authority_.file()).error().error, ClientError::tls_refused);
  EXPECT_TRUE(ask(standing, "localhost").ok()) << "a connection outlives its certificate";
}

TEST_F(TlsTest, ErrorsNameTheFile) {
  const auto server = ServerTls::load("/no/such.pem", issued_.key);
  ASSERT_FALSE(server.ok());
  EXPECT_NE(server.error().find("/no/such.pem"), std::string::npos);
  const auto client = ClientTls::load("/no/ca.pem");
  ASSERT_FALSE(client.ok());
  EXPECT_NE(client.error().find("/no/ca.pem"), std::string::npos);
}

TEST_F(TlsTest, PlainBytesOnATlsPortEndTheConnection) {
  RawPeer peer(loop_, server_->local());
  peer.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(peer.hear_end());
  EXPECT_EQ(server_->counters().all().find("http_tls_failures_total")->second, 1u);
}

/// A bare OpenSSL client over memory, so that a test can ask for what a good client never does.
class RawTlsPeer {
 public:
  RawTlsPeer(EventLoop& loop, const SocketAddress& server, int version, const char* suites)
      : peer_(loop, server), loop_(loop), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_, version);
    SSL_CTX_set_max_proto_version(context_, version);
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_cipher_list(context_, suites);
    ssl_ = SSL_new(context_);
    SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_);
  }
  ~RawTlsPeer() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }

  /// Whether the handshake under way succeeds.
  bool handshake() {
    int result = 0;
    return drive(loop_,
                 [&] {
                   result = SSL_do_handshake(ssl_);
                   move_bytes();
                   return result == 1 || peer_.ended ||
                          SSL_get_error(ssl_, result) == SSL_ERROR_SSL;
                 }) &&
           result == 1;
  }
  bool renegotiate() {
    return SSL_renegotiate(ssl_) == 1 && handshake() && !SSL_renegotiate_pending(ssl_);
  }
  const char* suite() const { return SSL_get_cipher_name(ssl_); }

 private:
  void move_bytes() {
    char buffer[16384];
    const int out = BIO_read(SSL_get_wbio(ssl_), buffer, sizeof buffer);
    if (out > 0) peer_.say({buffer, std::size_t(out)});
    peer_.poll();
    if (!peer_.heard.empty())
      BIO_write(SSL_get_rbio(ssl_), peer_.heard.data(), int(peer_.heard.size()));
    peer_.heard.clear();
  }

  RawPeer peer_;
  EventLoop& loop_;
  SSL_CTX* context_;
  SSL* ssl_;
};

TEST_F(TlsTest, SpeaksForwardSecret12And13Only) {
  EXPECT_TRUE(RawTlsPeer(loop_, server_->local(), TLS1_3_VERSION, "ALL").handshake());
  RawTlsPeer good(loop_, server_->local(), TLS1_2_VERSION, "ALL");
  EXPECT_TRUE(good.handshake());
  EXPECT_TRUE(std::string(good.suite()).starts_with("ECDHE-ECDSA-")) << good.suite();
  EXPECT_FALSE(RawTlsPeer(loop_, server_->local(), TLS1_1_VERSION, "ALL").handshake());
  EXPECT_FALSE(
      RawTlsPeer(loop_, server_->local(), TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256").handshake());
  EXPECT_FALSE(
      RawTlsPeer(loop_, server_->local(), TLS1_2_VERSION, "AES128-GCM-SHA256").handshake());
}

TEST_F(TlsTest, TheClientCannotRenegotiate) {
  RawTlsPeer peer(loop_, server_->local(), TLS1_2_VERSION, "ALL");
  ASSERT_TRUE(peer.handshake());
  EXPECT_FALSE(peer.renegotiate());
}

}  // namespace
}  // namespace parley::net
