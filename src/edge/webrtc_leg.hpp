#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/deadline.hpp"
#include "base/packet.hpp"
#include "base/protocol_core.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "edge/audio_format.hpp"
#include "edge/description.hpp"
#include "edge/refusal.hpp"
#include "edge/secure_transport.hpp"
#include "edge/video_demux.hpp"
#include "proto/rtp/rtcp_session.hpp"
#include "wire/rtp.hpp"

namespace parley::edge {

/// What one connection may have of them.
inline constexpr std::size_t kMaxVideoSections = 11;

struct LegOptions {
  std::vector<SocketAddress> local_addresses{};  ///< of the sockets, the preferred one first
  /// What the peer is told to send to, one for each local address; empty: the local ones.
  std::vector<SocketAddress> advertised{};
  std::shared_ptr<const crypto::Certificate> certificate{};
  std::string cname{};  ///< RFC 7022; 1 to rtp::kMaxCname characters, the same for all our streams
  TransportTimers timers{};
  std::vector<crypto::SrtpProfile> srtp_profiles{crypto::SrtpProfile::aead_aes_128_gcm,
                                                 crypto::SrtpProfile::aes_cm_128_hmac_sha1_80};
  /// Of an offer so many video sections are taken, all others are refused; none: every one is. For
  /// a camera, a screen and nine slots: kMaxVideoSections.
  std::size_t most_video = 0;
  /// Larger payloads are not sent, and counted: with the overhead they would pass an Ethernet
  /// frame.
  std::size_t max_payload = 1'200;
};

struct LegContext {
  PacketPool& pool;
  Random& random;
};

/// An authenticated packet of the agreed format.
struct ReceivedRtp {
  wire::RtpHeader header;
  ByteView payload;                   ///< inside the caller's datagram; empty: a video's padding
  std::optional<std::uint8_t> level;  ///< RFC 6464, -dBov: 0 is the loudest, 127 is silence
  bool is_telephone_event = false;
  std::optional<std::size_t> video{};  ///< the section that it belongs to; nullopt: the audio's
};

/// SSRC and sequence number are the leg's own.
struct RtpToSend {
  wire::PayloadType payload_type;
  bool marker = false;
  wire::RtpTimestamp timestamp;
  ByteView payload;
  std::optional<std::uint8_t> level{};  ///< 0 to 127; sent when the peer takes it
  /// From the newest sequence number sent to this one's: a forwarder leaves out what its source
  /// lost (more than 1) and fills such holes with what came late (less than 0). Never one number
  /// twice.
  std::int16_t sequence_step = 1;
};

/// SSRC and payload type are the section's own; who fills the section counts.
struct VideoToSend {
  std::size_t section = 0;
  bool marker = false;
  wire::SequenceNumber sequence;
  wire::RtpTimestamp timestamp;
  ByteView payload;
};

/// Media may flow. Again after a new offer with another fingerprint.
struct LegConnected {};
/// The end: nothing is sent or taken any more.
struct LegFailed {
  TransportFailure reason;
  std::string text;  ///< for the log
};
/// The end: the peer said goodbye.
struct LegClosed {};

/// The peer cannot go on without a key frame of what we send in this section.
struct KeyFrameWanted {
  std::size_t section = 0;
};

using LegEvent = std::variant<LegConnected, LegFailed, LegClosed, KeyFrameWanted>;

enum class LegDeadline { path, handshake, report };

struct LegStats {
  std::uint64_t rtp_received = 0;
  std::uint64_t rtp_sent = 0;
  // Dropped on the way in; what the transport dropped is in `transport`.
  std::uint64_t received_too_early = 0;  ///< a client's, before the answer
  std::uint64_t malformed = 0;
  std::uint64_t unknown_payload_type = 0;
  std::uint64_t empty = 0;
  // Dropped on the way out.
  std::uint64_t sent_too_early = 0;  ///< before the leg was connected, or after its end
  std::uint64_t sent_on_hold = 0;    ///< the agreed direction does not let us send
  std::uint64_t sent_too_large = 0;
  /// The peer's last report on our stream.
  std::optional<Duration> round_trip;
  std::uint8_t fraction_lost = 0;  ///< in 1/256
  TransportStats transport{};
};

/// One media connection, sans-IO: ICE, DTLS, SRTP, RTCP and SDP for one audio section, and for
/// video where the options let it. A server's leg accepts offers, is ICE-lite and the DTLS server;
/// a client's leg offers, controls ICE and is the DTLS client. The five verbs: `receive` and `send`
/// are the inputs, one at a time, then drain `poll_transmit` and `poll_event`.
class WebrtcLeg {
 public:
  struct Accepted;

  /// The server's side. The answer mirrors the offer's direction, takes the first of Opus, PCMU and
  /// PCMA that it lists, and rejects every other section with port 0 (RFC 3264 §6).
  static Result<Accepted, OfferRefusal> accept(const Now& now, std::string_view offer,
                                               LegOptions options, LegContext context);
  /// A new offer on the running leg; gives the answer. Changed ICE credentials restart ICE: media
  /// stays on the old path until the new one is there, and `local_ufrag` changes. A changed
  /// fingerprint, which needs changed credentials, begins DTLS anew.
  Result<std::string, OfferRefusal> reoffer(const Now& now, std::string_view offer);

  /// The client's side: take `offer_sdp`, and `set_answer` when it comes.
  static std::unique_ptr<WebrtcLeg> offer(OfferOptions offer, LegOptions options,
                                          LegContext context);
  std::string offer_sdp() const;
  Result<void, OfferRefusal> set_answer(const Now& now, std::string_view answer);
  /// The next `offer_sdp` says this, and asks for a restart of ICE if wanted.
  void change_offer(OfferOptions offer, bool restart_ice);

  /// What the peer's checks name, and a shard demultiplexes by.
  std::string_view local_ufrag() const { return local_.ice.ufrag; }
  /// Whether ICE checked this pair, so that DTLS and SRTP are taken from it.
  bool listens_to(const SocketAddress& local, const SocketAddress& remote) const {
    return transport_ && transport_->is_checked(local, remote);
  }

  /// Of a server's leg, drained before: it goes on on another thread, whose context that is.
  void move_to(LegContext context);

  /// One datagram, by the socket it came to and the address it came from; decrypted in place. STUN,
  /// DTLS and RTCP are consumed. Only addresses that ICE checked are listened to.
  std::optional<ReceivedRtp> receive(const Now& now, const SocketAddress& local,
                                     const SocketAddress& remote, MutableByteView datagram);
  /// Protects one packet and queues it; dropped and counted before the leg is connected.
  void send(const Now& now, const RtpToSend& rtp);
  void send_video(const Now& now, const VideoToSend& rtp);
  /// Whether a packet of the section came.
  bool receives_video(std::size_t section) const {
    return video_demux_.source_of(section).has_value();
  }
  /// Asks the peer for a key frame of the section; nothing while no packet of it came.
  void request_key_frame(std::size_t section);
  void handle_timeout(const Now& now);
  std::optional<Transmit> poll_transmit();
  std::optional<LegEvent> poll_event();
  std::optional<Deadline<LegDeadline>> next_deadline() const;
  /// Says goodbye in RTCP and DTLS. The end; no event follows.
  void close(const Now& now);

  /// Valid once there was an answer.
  const AudioFormat& audio() const { return audio_; }
  const std::vector<VideoTrack>& video() const { return video_; }
  /// Ours: whether we may send, and whether we are to expect something.
  wire::SdpDirection direction() const { return direction_; }
  wire::Ssrc ssrc() const { return local_.ssrc; }
  bool connected() const { return transport_ && transport_->connected(); }
  LegStats stats() const;

 private:
  enum class Role { server, client };

  WebrtcLeg(LegOptions options, LegContext context);

  void restart_as_server(const Now& now, const RemoteDescription& remote, bool same_peer);
  bool reaches(const RemoteDescription& remote) const;
  void start_transport(const RemoteDescription& remote, crypto::DtlsRole role);
  void agree(const RemoteDescription& remote);
  std::optional<ReceivedRtp> receive_rtp(const Now& now, ByteView plain);
  std::optional<std::uint8_t> level_of(const wire::RtpPacket& packet) const;
  void receive_rtcp(const Now& now, ByteView plain);
  bool may_send(wire::SdpDirection direction, std::size_t payload_size);
  void send_packet(const Now& now, const wire::RtpHeader& header, ByteView payload,
                   const std::optional<wire::RtpExtensionBlock>& extension,
                   std::uint32_t clock_rate);
  void follow_transport(const Now& now);
  void follow_rtcp();
  void note_report(const rtp::ReportReceived& report);

  // webrtc_leg_video.cpp
  std::size_t most_video() const;
  wire::Ssrc video_ssrc(std::size_t section);
  void agree_on_video(const RemoteDescription& remote);
  std::optional<ReceivedRtp> receive_video(const Now& now, const wire::RtpPacket& packet);
  void note_picture_request(wire::Ssrc media);

  LegOptions options_;
  PacketPool* pool_;
  Random* random_;
  Role role_ = Role::server;
  LocalDescription local_;
  OfferOptions offer_;  ///< a client's
  std::optional<RemoteDescription> remote_;
  AudioFormat audio_;
  std::vector<VideoTrack> video_;
  VideoDemux video_demux_;
  wire::SdpDirection direction_ = wire::SdpDirection::inactive;
  wire::SequenceNumber newest_sequence_;
  std::optional<SecureTransport> transport_;
  std::optional<rtp::RtcpSession> rtcp_;  ///< whenever there are keys
  bool closed_ = false;
  std::deque<LegEvent> events_;
  LegStats stats_;
};

static_assert(ProtocolCore<WebrtcLeg>);

struct WebrtcLeg::Accepted {
  std::unique_ptr<WebrtcLeg> leg;
  std::string answer;
};

}  // namespace parley::edge
