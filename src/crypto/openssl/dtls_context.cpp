#include "crypto/openssl/dtls_context.hpp"

namespace parley::crypto {
namespace {

/// OpenSSL's question, in the middle of a handshake, whether the peer is who it should be. The leaf
/// alone counts: WebRTC certificates are self-signed and have no chain (RFC 8827 §6.5).
int check_peer(X509_STORE_CTX* question, void*) {
  const void* ssl = X509_STORE_CTX_get_ex_data(question, SSL_get_ex_data_X509_STORE_CTX_idx());
  auto& check = *static_cast<PeerCheck*>(SSL_get_app_data(static_cast<const SSL*>(ssl)));
  const Bytes der = encode_der(i2d_X509, X509_STORE_CTX_get0_cert(question));
  if (sha256(der) == check.expected) return 1;
  check.differs = true;
  X509_STORE_CTX_set_error(question, X509_V_ERR_CERT_REJECTED);
  return 0;
}

}  // namespace

ContextHandle make_dtls_context(X509* certificate, EVP_PKEY* key) {
  ContextHandle context(SSL_CTX_new(DTLS_method()));
  SSL_CTX* ctx = context.get();
  must(ctx != nullptr, "make a DTLS context");
  must(SSL_CTX_set_min_proto_version(ctx, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(ctx, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(
               ctx, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384") == 1 &&
           SSL_CTX_set1_groups_list(ctx, "X25519:P-256") == 1 &&
           SSL_CTX_set1_sigalgs_list(ctx, "ECDSA+SHA256") == 1,
       "configure DTLS");
  must(SSL_CTX_use_certificate(ctx, certificate) == 1 && SSL_CTX_use_PrivateKey(ctx, key) == 1,
       "use a DTLS certificate");
  // No way back into an association: neither tickets nor sessions nor renegotiation.
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                               SSL_OP_NO_QUERY_MTU | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(ctx, check_peer, nullptr);
  return context;
}

}  // namespace parley::crypto
