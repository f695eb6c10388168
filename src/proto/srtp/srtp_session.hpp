#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/srtp_profile.hpp"
#include "proto/srtp/packet_index.hpp"
#include "proto/srtp/replay_window.hpp"
#include "proto/srtp/srtp_transform.hpp"

namespace parley::srtp {

/// The most that protecting adds: a GCM tag and the SRTCP word.
constexpr std::size_t kMaxOverhead = 20;

struct SrtpLimits {
  /// Streams of one session. A packet of one more SSRC is refused.
  std::size_t max_ssrcs = 32;
  /// What one key may protect, RFC 3711 §9.2; then packets are refused.
  std::uint64_t last_rtp_index = kMaxRtpIndex;
  std::uint32_t last_rtcp_index = kMaxRtcpIndex;
};

enum class SrtpError {
  malformed,       ///< not a version 2 packet, or shorter than its own header and a tag
  no_room,         ///< the buffer cannot take the tag (sender)
  replayed,        ///< this index was seen before; sender: it was used before
  too_old,         ///< behind the replay window
  bad_tag,         ///< not authentic
  too_many_ssrcs,  ///< a new stream past the limit
  not_encrypted,   ///< SRTCP without the E bit, which neither profile allows here
  exhausted,       ///< the key may protect no more packets
};

/// How many packets went through, and how many were dropped for each reason.
struct SrtpStats {
  std::uint64_t passed = 0;
  std::uint64_t malformed = 0, no_room = 0, replayed = 0, too_old = 0, bad_tag = 0;
  std::uint64_t too_many_ssrcs = 0, not_encrypted = 0, exhausted = 0;

  std::uint64_t& of(SrtpError error);
};

/// Sequence state of one SSRC in one direction. RTP and RTCP of a source count as one stream.
struct SrtpStream {
  ReplayWindow rtp;
  ReplayWindow rtcp;
  std::uint32_t next_rtcp_index = 0;  ///< sender only
};

/// What both directions share: keys, streams, limits and counts.
class SrtpSession {
 public:
  const SrtpStats& stats() const { return stats_; }
  std::size_t streams() const { return streams_.size(); }

 protected:
  SrtpSession(const crypto::SrtpMasterKey& key, SrtpLimits limits);

  /// nullptr when the SSRC is new.
  SrtpStream* find(std::uint32_t ssrc);
  bool full() const { return streams_.size() >= limits_.max_ssrcs; }
  Failure<SrtpError> drop(SrtpError error);
  /// Why a packet with this index may not pass, if so.
  std::optional<SrtpError> refusal(const ReplayWindow& window, std::uint64_t index,
                                   std::uint64_t last) const;

  std::unique_ptr<SrtpTransform> rtp_;
  std::unique_ptr<SrtpTransform> rtcp_;
  SrtpLimits limits_;
  std::unordered_map<std::uint32_t, SrtpStream> streams_;
  SrtpStats stats_;
};

/// Protects what we send. Packets of one SSRC may come slightly out of order, as in RFC 3711
/// §3.3.1, but never twice: a second packet under one index would break AES-GCM, so it is refused
/// (a retransmission sends the protected bytes again, or RFC 4588's own SSRC).
class SrtpSender : public SrtpSession {
 public:
  explicit SrtpSender(const crypto::SrtpMasterKey& key, SrtpLimits limits = {})
      : SrtpSession(key, limits) {}

  /// The packet is the first `size` bytes of `buffer`, which has room for kMaxOverhead more. Gives
  /// the protected size. The header stays as it is.
  Result<std::size_t, SrtpError> protect_rtp(MutableByteView buffer, std::size_t size);
  /// `buffer` holds a compound RTCP packet; its first SSRC names the stream.
  Result<std::size_t, SrtpError> protect_rtcp(MutableByteView buffer, std::size_t size);
};

/// Opens what we receive. Only an authentic packet creates a stream or moves its state.
class SrtpReceiver : public SrtpSession {
 public:
  explicit SrtpReceiver(const crypto::SrtpMasterKey& key, SrtpLimits limits = {})
      : SrtpSession(key, limits) {}

  /// Decrypts in place and gives the plain size. After an error the payload may be garbage. A
  /// stream is taken to start with a rollover counter of 0 (RFC 3711 §3.3.1): one joined later is
  /// not understood.
  Result<std::size_t, SrtpError> unprotect_rtp(MutableByteView packet);
  Result<std::size_t, SrtpError> unprotect_rtcp(MutableByteView packet);
};

}  // namespace parley::srtp
