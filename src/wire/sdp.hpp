#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "wire/rtp.hpp"
#include "wire/sdp_candidate.hpp"

/// Session descriptions, RFC 8866, with what WebRTC adds (RFC 8829). A model that a negotiation can
/// read and fill, not a tree of lines: what it has no member for is skipped when parsed. CRLF or LF
/// is read, CRLF is written, and parse(write(session)) gives the session back.
namespace parley::wire {

/// RFC 8866 §6.7.
enum class SdpDirection : std::uint8_t { sendrecv, sendonly, recvonly, inactive };
/// The DTLS roles of RFC 8842 §5.2.
enum class SdpSetup : std::uint8_t { actpass, active, passive, holdconn };

/// RFC 8122 §5.
struct SdpFingerprint {
  std::string hash;  ///< lower case, `sha-256`
  Bytes digest;

  friend bool operator==(const SdpFingerprint&, const SdpFingerprint&) = default;
};

/// One payload type of an RTP section, in the order of the m= line (which is the order of
/// preference).
struct SdpCodec {
  PayloadType payload_type;
  std::string name;  ///< as it was spelled; empty when neither rtpmap nor RFC 3551 names it
  std::uint32_t clock_rate = 0;
  std::uint32_t channels = 1;
  std::string fmtp;                   ///< the parameters after the payload type
  std::vector<std::string> feedback;  ///< `nack`, `nack pli`, `transport-cc`

  /// Codec names compare without case (RFC 8866 §6.6): some peers offer `OPUS/48000/2`.
  bool is(std::string_view codec_name, std::uint32_t rate, std::uint32_t channel_count = 1) const;
  friend bool operator==(const SdpCodec&, const SdpCodec&) = default;
};

/// RFC 8285 §5: `id` stands for `uri` in the header extensions.
struct SdpExtmap {
  std::uint16_t id =
      0;  ///< 1 to 14 in the one-byte form, to 255 in the two-byte form, at most 4351
  std::optional<SdpDirection> direction;
  std::string uri;

  friend bool operator==(const SdpExtmap&, const SdpExtmap&) = default;
};

/// RFC 5576 §4.1.
struct SdpSource {
  Ssrc ssrc;
  std::string cname;  ///< empty when not told

  friend bool operator==(const SdpSource&, const SdpSource&) = default;
};

/// RFC 5576 §4.2: `FID` joins a stream and its retransmissions.
struct SdpSourceGroup {
  std::string semantics;
  std::vector<Ssrc> ssrcs;

  friend bool operator==(const SdpSourceGroup&, const SdpSourceGroup&) = default;
};

/// What may stand at the session or in a section, where the section's own wins (RFC 8839 §5.4).
struct SdpTransport {
  std::string ice_ufrag;
  std::string ice_pwd;
  std::vector<std::string> ice_options;
  std::vector<SdpFingerprint> fingerprints;
  std::optional<SdpSetup> setup;

  friend bool operator==(const SdpTransport&, const SdpTransport&) = default;
};

struct SdpMedia {
  std::string kind = "audio";  ///< `audio`, `video`, `application`
  std::uint16_t port = 9;      ///< 0 means rejected, or bundled only
  std::string protocol = "UDP/TLS/RTP/SAVPF";
  std::vector<SdpCodec> codecs;        ///< RTP sections
  std::vector<std::string> formats;    ///< other sections: what the m= line listed
  std::string connection = "0.0.0.0";  ///< the address of c=; empty when the session's holds

  std::string mid;
  std::optional<SdpDirection> direction;  ///< unset means the session's, else sendrecv
  SdpTransport transport;
  std::vector<SdpCandidate> candidates;
  bool end_of_candidates = false;
  bool rtcp_mux = false;
  bool rtcp_rsize = false;
  bool bundle_only = false;
  std::vector<std::string> feedback;  ///< rtcp-fb of `*`: holds for every codec
  std::vector<SdpExtmap> extmaps;
  std::vector<SdpSource> sources;
  std::vector<SdpSourceGroup> source_groups;
  std::vector<std::string> msids;         ///< `STREAM TRACK`, as text
  std::optional<std::uint32_t> ptime;     ///< milliseconds
  std::optional<std::uint32_t> maxptime;  ///< milliseconds
  std::vector<std::string> rids;          ///< RFC 8851, as text
  std::string simulcast;                  ///< RFC 8853, as text

  bool is_rtp() const;
  const SdpCodec* find_codec(PayloadType payload_type) const;
  const SdpExtmap* find_extmap(std::string_view uri) const;
  friend bool operator==(const SdpMedia&, const SdpMedia&) = default;
};

/// RFC 8866 §5.2.
struct SdpOrigin {
  std::string username = "-";
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6 text, or a name

  friend bool operator==(const SdpOrigin&, const SdpOrigin&) = default;
};

struct SdpSession {
  SdpOrigin origin;
  std::string name = "-";
  std::uint64_t start = 0;  ///< t=, in NTP seconds; 0 0 is a lasting session
  std::uint64_t stop = 0;
  std::string connection;
  std::vector<std::vector<std::string>> bundles;  ///< the mids of each a=group:BUNDLE
  bool ice_lite = false;
  bool extmap_allow_mixed = false;
  std::optional<SdpDirection> direction;
  SdpTransport transport;
  std::vector<SdpExtmap> extmaps;
  std::vector<SdpMedia> media;

  /// The section's transport, with the session's where the section is silent.
  SdpTransport transport_of(const SdpMedia& section) const;
  SdpDirection direction_of(const SdpMedia& section) const;
  /// The BUNDLE group with that mid; nullptr when there is none.
  const std::vector<std::string>* bundle_of(std::string_view mid) const;
  friend bool operator==(const SdpSession&, const SdpSession&) = default;
};

/// What a description may hold; beyond each the parse fails with the cause of that name.
struct SdpLimits {
  std::size_t max_bytes = std::size_t{64} * 1024;
  std::size_t max_lines = 4096;
  std::size_t max_sections = 64;
  std::size_t max_payload_types = 100;  ///< and other formats, per section
  std::size_t max_candidates = 64;      ///< per section
  /// Of everything else that repeats: fingerprints, extmaps, sources, groups and their members,
  /// feedback.
  std::size_t max_repeats = 64;
};

enum class SdpCause : std::uint8_t {
  too_many_bytes,
  too_many_lines,
  too_many_sections,
  too_many_payload_types,
  too_many_candidates,
  too_many_repeats,
  bad_line,      ///< not LETTER=TEXT, or with a control character
  missing_line,  ///< v=, o=, s= and t= are required, in this order
  bad_version,
  bad_origin,
  bad_timing,
  bad_connection,
  bad_media,
  duplicate_mid,
  bad_mid,
  bad_group,
  bad_rtpmap,
  bad_fmtp,
  bad_rtcp_feedback,
  bad_ice,  ///< ufrag, pwd or options, RFC 8839 §5.4
  bad_candidate,
  bad_fingerprint,
  bad_setup,
  bad_extmap,
  bad_source,
  bad_msid,
  bad_packet_time,
};

struct SdpError {
  std::size_t line = 0;  ///< counted from 1; 0 when the whole text is meant
  SdpCause cause = SdpCause::bad_line;

  friend bool operator==(const SdpError&, const SdpError&) = default;
};

/// `line 12: a=candidate is malformed`
std::string to_text(const SdpError& error);

Result<SdpSession, SdpError> parse_sdp(std::string_view text, const SdpLimits& limits = {});

/// Members must hold what the parser would give back: no line breaks, tokens where RFC 8866 wants
/// them.
std::string write_sdp(const SdpSession& session);

/// The value of a parameter of fmtp (`useinbandfec` in `minptime=10;useinbandfec=1`), names without
/// case; nullopt when it is not there.
std::optional<std::string_view> fmtp_parameter(std::string_view fmtp, std::string_view name);

}  // namespace parley::wire
