#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "crypto/certificate.hpp"
#include "crypto/srtp_profile.hpp"

namespace parley::crypto {

enum class DtlsRole { client, server };

/// A datagram with a fragment of a longer message of the handshake is dropped, bytes. A certificate
/// of WebRTC has less than 2,000. Of messages that are not complete, or not their turn, OpenSSL
/// keeps 11, and at most 100 records of what will be encrypted: 2 MiB of a handshake that is under
/// way.
inline constexpr std::size_t kMaxDtlsHandshakeMessage = 16'384;

struct DtlsOptions {
  DtlsRole role = DtlsRole::server;
  Certificate certificate;
  /// RFC 8122: of the peer's certificate, as its description told.
  Sha256Digest remote_fingerprint{};
  /// At least one, the preferred one first.
  std::vector<SrtpProfile> profiles{SrtpProfile::aead_aes_128_gcm,
                                    SrtpProfile::aes_cm_128_hmac_sha1_80};
  /// The largest datagram that a handshake flight is cut into, bytes.
  std::size_t mtu = 1200;
};

enum class DtlsError {
  handshake,                  ///< the peer's messages make no sense or share nothing with us
  alert,                      ///< the peer ended the handshake
  fingerprint_mismatch,       ///< the peer's certificate is not the one that was described
  no_srtp_profile,            ///< the peer did not agree to a profile
  no_extended_master_secret,  ///< RFC 7627 §5.3: without it the keys are not bound to the handshake
};

/// A DTLS 1.2 association (RFC 6347) that agrees on SRTP keys (RFC 5764): ECDHE-ECDSA with P-256
/// certificates and AES-GCM, both sides authenticated by fingerprint. Datagrams in, datagrams out;
/// it has no clock: whoever owns it decides when to `retransmit`.
class DtlsSession {
 public:
  enum class State { handshaking, connected, closed, failed };

  explicit DtlsSession(const DtlsOptions& options);
  DtlsSession(DtlsSession&&) noexcept;
  DtlsSession& operator=(DtlsSession&&) noexcept;
  ~DtlsSession();

  /// A client's first flight. A server has nothing to say before its first datagram.
  void start();
  /// One datagram of the peer's. Bad records are dropped silently (RFC 6347 §4.1.2.7), fragments
  /// that make no sense with their whole datagram.
  void receive(ByteView datagram);
  /// Sends the last flight again, under new record numbers. OpenSSL gives up at the 13th time in
  /// one flight.
  void retransmit();
  /// Tells a connected peer that this is the end.
  void close();

  /// The next datagram to send, at most `mtu` bytes.
  std::optional<Bytes> poll_transmit();

  State state() const;
  /// Whether a flight of ours waits for the peer's next one.
  bool awaits_answer() const;
  /// Why it failed, and OpenSSL's words for it. Only in state `failed`.
  DtlsError error() const;
  const std::string& error_text() const;
  /// For sending and for receiving, RFC 5764 §4.2. Only once connected.
  const SrtpMasterKey& local_key() const;
  const SrtpMasterKey& remote_key() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::crypto
