#include "crypto/dtls_session.hpp"

#include <openssl/err.h>

#include <array>
#include <cassert>
#include <cstring>

#include "crypto/openssl/certificate_parts.hpp"
#include "crypto/openssl/datagram_bio.hpp"
#include "crypto/openssl/dtls_records.hpp"
#include "crypto/openssl/handles.hpp"

namespace parley::crypto {
namespace {

using SessionHandle = std::unique_ptr<SSL, FreeWith<SSL_free>>;

/// RFC 5764 §4.2.
constexpr std::string_view kExporterLabel = "EXTRACTOR-dtls_srtp";

const char* name_of(SrtpProfile profile) {
  switch (profile) {
    case SrtpProfile::aead_aes_128_gcm:
      return "SRTP_AEAD_AES_128_GCM";
    case SrtpProfile::aes_cm_128_hmac_sha1_80:
      return "SRTP_AES128_CM_SHA1_80";
  }
  return "";
}

std::string profile_list(const std::vector<SrtpProfile>& profiles) {
  std::string list;
  for (const SrtpProfile profile : profiles) {
    if (!list.empty()) list += ':';
    list += name_of(profile);
  }
  return list;
}

/// How long OpenSSL's own timer waits, microseconds: for ever when we can make it run out, else
/// less than anybody waits before calling `retransmit`.
unsigned int timer_interval(SSL*, unsigned int) {
  constexpr unsigned int kNever = 3'600'000'000;
  constexpr unsigned int kSoon = 150'000;
  return owns_retransmission_timer() ? kNever : kSoon;
}

}  // namespace

struct DtlsSession::Impl {
  DtlsOptions options;
  DatagramLink link;
  SessionHandle ssl;
  State state = State::handshaking;
  PeerCheck peer;
  DtlsError error = DtlsError::handshake;
  std::string error_text;
  SrtpMasterKey local_key, remote_key;

  explicit Impl(const DtlsOptions& given) : options(given) {
    ssl.reset(SSL_new(options.certificate.parts().dtls.get()));
    must(ssl != nullptr, "make a DTLS session");
    peer.expected = options.remote_fingerprint;
    SSL_set_app_data(ssl.get(), &peer);
    BIO* bio = make_datagram_bio(link).release();
    SSL_set_bio(ssl.get(), bio, bio);
    assert(!options.profiles.empty());
    must(DTLS_set_link_mtu(ssl.get(), static_cast<long>(options.mtu)) == 1 &&
             SSL_set_tlsext_use_srtp(ssl.get(), profile_list(options.profiles).c_str()) == 0,
         "configure a DTLS session");
    DTLS_set_timer_cb(ssl.get(), timer_interval);
    if (options.role == DtlsRole::client) {
      SSL_set_connect_state(ssl.get());
    } else {
      SSL_set_accept_state(ssl.get());
    }
  }

  void advance();
  void take_buffers();
  void read_records();
  void finish_handshake();
  void export_keys(SrtpProfile profile);
  void stop(int result);
  void fail(DtlsError reason, std::string text);
};

/// Runs the handshake and the reading of records as far as the input carries them.
void DtlsSession::Impl::advance() {
  ERR_clear_error();
  if (state == State::handshaking) {
    const int result = SSL_do_handshake(ssl.get());
    if (result == 1) {
      finish_handshake();
    } else {
      stop(result);
    }
  }
  if (state != State::connected) return;
  take_buffers();
  read_records();
  // Between the handshake and the good-bye there is nothing to read: 33 KB less each. Refused in
  // the middle of a broken record; the next sound one gives them back.
  static_cast<void>(SSL_free_buffers(ssl.get()));
}

/// An association at rest has none, and OpenSSL writes without looking.
void DtlsSession::Impl::take_buffers() {
  must(SSL_alloc_buffers(ssl.get()) == 1, "make DTLS record buffers");
}

/// Nothing is expected after the handshake but alerts and a repeated last flight, which OpenSSL
/// answers by itself; application data is dropped.
void DtlsSession::Impl::read_records() {
  std::array<std::uint8_t, 2048> dropped;
  int result = 0;
  do {
    result = SSL_read(ssl.get(), dropped.data(), static_cast<int>(dropped.size()));
  } while (result > 0);
  stop(result);
}

/// What it means that OpenSSL went no further.
void DtlsSession::Impl::stop(int result) {
  const int why = SSL_get_error(ssl.get(), result);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return;
  if (state == State::connected) {
    state = State::closed;
    return;
  }
  const unsigned long code = ERR_peek_last_error();
  const char* text = ERR_reason_error_string(code);
  if (peer.differs)
    return fail(DtlsError::fingerprint_mismatch, "the certificate has another fingerprint");
  // OpenSSL files the peer's alerts under their number plus 1000.
  const bool alert = why == SSL_ERROR_ZERO_RETURN || ERR_GET_REASON(code) >= SSL_AD_REASON_OFFSET;
  fail(alert ? DtlsError::alert : DtlsError::handshake, text != nullptr ? text : "closed");
}

void DtlsSession::Impl::finish_handshake() {
  // Checked in the handshake already; here once more because everything hangs on it.
  X509* shown = SSL_get0_peer_certificate(ssl.get());
  if (shown == nullptr || sha256(encode_der(i2d_X509, shown)) != peer.expected)
    return fail(DtlsError::fingerprint_mismatch, "no certificate with the fingerprint");
  if (SSL_get_extms_support(ssl.get()) != 1)
    return fail(DtlsError::no_extended_master_secret, "no extended master secret");
  const SRTP_PROTECTION_PROFILE* agreed = SSL_get_selected_srtp_profile(ssl.get());
  if (agreed == nullptr) return fail(DtlsError::no_srtp_profile, "no common SRTP profile");
  export_keys(static_cast<SrtpProfile>(agreed->id));
  state = State::connected;
}

/// RFC 5764 §4.2: client key, server key, client salt, server salt.
void DtlsSession::Impl::export_keys(SrtpProfile profile) {
  const std::size_t salt_size = srtp_master_salt_size(profile);
  Bytes block(2 * (kSrtpMasterKeySize + salt_size));
  must(SSL_export_keying_material(ssl.get(), block.data(), block.size(), kExporterLabel.data(),
                                  kExporterLabel.size(), nullptr, 0, 0) == 1,
       "export SRTP keys");
  ByteReader reader(block);
  SrtpMasterKey client{.profile = profile, .key = {}, .salt = {}};
  SrtpMasterKey server = client;
  client.key = to_bytes(reader.bytes(kSrtpMasterKeySize));
  server.key = to_bytes(reader.bytes(kSrtpMasterKeySize));
  client.salt = to_bytes(reader.bytes(salt_size));
  server.salt = to_bytes(reader.bytes(salt_size));
  OPENSSL_cleanse(block.data(), block.size());
  const bool is_client = options.role == DtlsRole::client;
  local_key = is_client ? client : server;
  remote_key = is_client ? server : client;
}

void DtlsSession::Impl::fail(DtlsError reason, std::string text) {
  state = State::failed;
  error = reason;
  error_text = std::move(text);
}

DtlsSession::DtlsSession(const DtlsOptions& options) : impl_(std::make_unique<Impl>(options)) {}
DtlsSession::DtlsSession(DtlsSession&&) noexcept = default;
DtlsSession& DtlsSession::operator=(DtlsSession&&) noexcept = default;
DtlsSession::~DtlsSession() = default;

void DtlsSession::start() {
  if (impl_->options.role == DtlsRole::client) impl_->advance();
}

void DtlsSession::receive(ByteView datagram) {
  if (datagram.empty() || holds_absurd_record(datagram)) return;
  impl_->link.incoming = datagram;
  impl_->advance();
  impl_->link.incoming.reset();
}

void DtlsSession::retransmit() {
  if (impl_->state != State::handshaking) return;
  ERR_clear_error();
  expire_retransmission_timer(impl_->link);
  const long result = DTLSv1_handle_timeout(impl_->ssl.get());
  if (result < 0) impl_->stop(static_cast<int>(result));
}

void DtlsSession::close() {
  if (impl_->state != State::connected) return;
  ERR_clear_error();
  impl_->take_buffers();
  SSL_shutdown(impl_->ssl.get());
  impl_->state = State::closed;
}

std::optional<Bytes> DtlsSession::poll_transmit() {
  if (impl_->link.outgoing.empty()) return std::nullopt;
  Bytes datagram = std::move(impl_->link.outgoing.front());
  impl_->link.outgoing.pop_front();
  return datagram;
}

DtlsSession::State DtlsSession::state() const {
  return impl_->state;
}

bool DtlsSession::awaits_answer() const {
  timeval left{};
  return impl_->state == State::handshaking && DTLSv1_get_timeout(impl_->ssl.get(), &left) == 1;
}

DtlsError DtlsSession::error() const {
  return impl_->error;
}
const std::string& DtlsSession::error_text() const {
  return impl_->error_text;
}
const SrtpMasterKey& DtlsSession::local_key() const {
  return impl_->local_key;
}
const SrtpMasterKey& DtlsSession::remote_key() const {
  return impl_->remote_key;
}

}  // namespace parley::crypto
