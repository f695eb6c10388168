// A DtlsSession against bare OpenSSL clients that ask for less than we do.
#include "crypto/dtls_session.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "crypto/openssl/certificate_parts.hpp"
#include "crypto/openssl/datagram_bio.hpp"

namespace parley::crypto {
namespace {

using SslHandle = std::unique_ptr<SSL, FreeWith<SSL_free>>;

class Client {
 public:
  using Change = std::function<void(SSL_CTX*)>;

  explicit Client(const Certificate& certificate, const Change& change) {
    context_.reset(SSL_CTX_new(DTLS_method()));
    SSL_CTX_use_certificate(context_.get(), certificate.parts().certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), certificate.parts().key.get());
    SSL_CTX_set_tlsext_use_srtp(context_.get(), "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM");
    SSL_CTX_set_options(context_.get(), SSL_OP_NO_QUERY_MTU);
    change(context_.get());
    ssl_.reset(SSL_new(context_.get()));
    BIO* bio = make_datagram_bio(link_).release();
    SSL_set_bio(ssl_.get(), bio, bio);
    DTLS_set_link_mtu(ssl_.get(), 1200);
    SSL_set_connect_state(ssl_.get());
  }

  void run_against(DtlsSession& server) {
    for (int round = 0; round < 6; ++round) {
      SSL_do_handshake(ssl_.get());
      for (; !link_.outgoing.empty(); link_.outgoing.pop_front())
        server.receive(link_.outgoing.front());
      while (const auto datagram = server.poll_transmit()) {
        link_.incoming = *datagram;
        SSL_do_handshake(ssl_.get());
      }
    }
  }

  SSL* ssl() { return ssl_.get(); }

 private:
  DatagramLink link_;
  ContextHandle context_;
  SslHandle ssl_;
};

class DtlsSessionTest : public testing::Test {
 protected:
  DtlsSession::State meet(const Client::Change& change) {
    client = std::make_unique<Client>(client_certificate, change);
    client->run_against(server);
    return server.state();
  }

  Certificate client_certificate = Certificate::generate_self_signed({});
  DtlsSession server{{.role = DtlsRole::server,
                      .certificate = Certificate::generate_self_signed({}),
                      .remote_fingerprint = client_certificate.sha256_fingerprint()}};
  std::unique_ptr<Client> client;
};

TEST_F(DtlsSessionTest, AgreesWithAPlainClientOnOurFavouriteProfile) {
  ASSERT_EQ(meet([](SSL_CTX*) {}), DtlsSession::State::connected) << server.error_text();
  EXPECT_EQ(server.local_key().profile, SrtpProfile::aead_aes_128_gcm);
  EXPECT_EQ(SSL_version(client->ssl()), DTLS1_2_VERSION);
  EXPECT_STREQ(SSL_get_cipher_name(client->ssl()), "ECDHE-ECDSA-AES128-GCM-SHA256");
  EXPECT_EQ(SSL_get_extms_support(client->ssl()), 1);
}

TEST_F(DtlsSessionTest, RefusesAClientWithoutExtendedMasterSecret) {
  const auto change = [](SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_NO_EXTENDED_MASTER_SECRET);
  };
  EXPECT_EQ(meet(change), DtlsSession::State::failed);
  EXPECT_EQ(server.error(), DtlsError::no_extended_master_secret);
  EXPECT_TRUE(server.local_key().key.empty());
}

TEST_F(DtlsSessionTest, RefusesAClientWithoutAProfileOfOurs) {
  EXPECT_EQ(meet([](SSL_CTX* context) {
              SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AES128_CM_SHA1_32");
            }),
            DtlsSession::State::failed);
  EXPECT_EQ(server.error(), DtlsError::no_srtp_profile);
}

TEST_F(DtlsSessionTest, RefusesAClientWithoutCertificate) {
  const auto change = [](SSL_CTX* context) {
    // A server that asks for one gets an empty list.
    SSL_CTX_set_client_cert_cb(context, [](SSL*, X509**, EVP_PKEY**) { return 0; });
    SSL_CTX_set_cert_cb(
        context,
        [](SSL* ssl, void*) {
          SSL_certs_clear(ssl);
          return 1;
        },
        nullptr);
  };
  EXPECT_EQ(meet(change), DtlsSession::State::failed);
  EXPECT_EQ(server.error(), DtlsError::handshake);
}

TEST_F(DtlsSessionTest, RefusesOtherSuites) {
  EXPECT_EQ(
      meet([](SSL_CTX* context) { SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-SHA"); }),
      DtlsSession::State::failed);
  EXPECT_EQ(server.error(), DtlsError::handshake);
}

TEST_F(DtlsSessionTest, RefusesRenegotiation) {
  ASSERT_EQ(meet([](SSL_CTX*) {}), DtlsSession::State::connected);
  const SrtpMasterKey key = server.local_key();
  SSL_renegotiate(client->ssl());
  client->run_against(server);
  EXPECT_EQ(server.local_key(), key);
  EXPECT_NE(server.state(), DtlsSession::State::handshaking);
}

}  // namespace
}  // namespace parley::crypto
