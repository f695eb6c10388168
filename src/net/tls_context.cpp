#include "net/tls_context.hpp"

#include <boost/asio/ssl/context.hpp>
#include <string_view>

#include "net/asio_support.hpp"

namespace parley::net {
namespace {

/// TLS 1.2 suites: ephemeral keys and AEAD only. Every TLS 1.3 suite is both (RFC 8446 §4.2.9,
/// B.4).
constexpr const char* kSuites = "ECDHE+AESGCM:ECDHE+CHACHA20";

/// ALPN (RFC 7301): HTTP/1.1 is all we speak; without a common protocol the connection goes on
/// without.
int choose_http1(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                 unsigned in_size, void*) {
  constexpr std::string_view kHttp1 = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size,
                                          reinterpret_cast<const unsigned char*>(kHttp1.data()),
                                          static_cast<unsigned>(kHttp1.size()), in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void harden(asio::ssl::context& context) {
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, kSuites);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // An idle connection keeps no record buffers: 10,000 of them cost 340 MB otherwise.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
}

Result<std::shared_ptr<asio::ssl::context>, std::string> load_server(const std::string& certificate,
                                                                     const std::string& key) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  harden(*context);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(context->native_handle(), &choose_http1, nullptr);
  error_code error;
  context->use_certificate_chain_file(certificate, error);
  if (error) return Failure{"cannot read certificate " + certificate + ": " + error.message()};
  context->use_private_key_file(key, asio::ssl::context::pem, error);
  if (error) return Failure{"cannot use private key " + key + ": " + error.message()};
  return context;
}

}  // namespace

Result<std::shared_ptr<ServerTls>, std::string> ServerTls::load(const std::string& certificate_file,
                                                                const std::string& key_file) {
  std::shared_ptr<ServerTls> tls(new ServerTls(certificate_file, key_file));
  if (auto loaded = tls->reload(); !loaded) return Failure{loaded.error()};
  return tls;
}

Result<void, std::string> ServerTls::reload() {
  auto context = load_server(certificate_file_, key_file_);
  if (!context) return Failure{context.error()};
  const std::lock_guard lock(mutex_);
  context_ = std::move(*context);
  return {};
}

std::shared_ptr<ServerTls::Context> ServerTls::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

Result<std::shared_ptr<ClientTls>, std::string> ClientTls::load(
    const std::string& extra_authorities) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  harden(*context);
  context->set_verify_mode(asio::ssl::verify_peer);
  error_code error;
  context->set_default_verify_paths(error);
  if (error) return Failure{"cannot use the system's certificate authorities: " + error.message()};
  if (!extra_authorities.empty()) context->load_verify_file(extra_authorities, error);
  if (error)
    return Failure{"cannot read authorities " + extra_authorities + ": " + error.message()};
  return std::shared_ptr<ClientTls>(new ClientTls(std::move(context)));
}

}  // namespace parley::net
