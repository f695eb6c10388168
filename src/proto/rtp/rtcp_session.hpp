#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/deadline.hpp"
#include "base/protocol_core.hpp"
#include "base/random.hpp"
#include "proto/rtp/receive_statistics.hpp"
#include "wire/rtcp.hpp"

namespace parley::rtp {

/// With it and kMaxSendersPerDatagram the largest report stays below an Ethernet frame.
inline constexpr std::size_t kMaxCname = 32;
inline constexpr std::size_t kMaxSendersPerDatagram = 8;

struct RtcpOptions {
  wire::Ssrc local;   ///< who reports as long as nothing is sent
  std::string cname;  ///< at most kMaxCname bytes, the same for all streams of this end (RFC 7022)
  /// RFC 3550 §6.2: the mean time between reports; each is this times 0.5 to 1.5 at random, the
  /// first half of that. Two members need no bandwidth sharing and no reconsideration (§6.3).
  Duration interval = std::chrono::seconds(5);
  /// Senders of ours and sources of theirs; more are not reported on, and counted.
  std::size_t max_streams = 31;
  /// §6.3.5: a stream that is silent for this many intervals is forgotten.
  int silent_intervals = 5;
};

/// The peer reported on one of our streams.
struct ReportReceived {
  wire::ReportBlock block;
  std::optional<Duration> round_trip;  ///< §6.4.1, when it answers a report of ours
};
/// The peer's clocks: `timestamp` was `ntp`; what synchronises its streams with each other.
struct SenderReported {
  wire::Ssrc source;
  std::uint64_t ntp = 0;
  wire::RtpTimestamp timestamp;
};
struct SourceNamed {
  wire::Ssrc source;
  std::string cname;
};
struct SourceLeft {
  wire::Ssrc source;
  std::string reason;
};
/// RFC 4585 §6.2.1: the peer misses these of our packets.
struct PacketsRequested {
  wire::Ssrc media;
  std::vector<wire::SequenceNumber> lost;
};
/// RFC 4585 §6.3.1 or RFC 5104 §4.3.1: the peer wants a key frame of ours.
struct PictureRequested {
  wire::Ssrc media;
};

using RtcpEvent = std::variant<ReportReceived, SenderReported, SourceNamed, SourceLeft,
                               PacketsRequested, PictureRequested>;

enum class RtcpDeadline { report };

struct RtcpStats {
  std::uint64_t sent = 0;      ///< datagrams
  std::uint64_t received = 0;  ///< datagrams
  std::uint64_t malformed = 0;
  std::uint64_t foreign = 0;    ///< reports and feedback on streams that are not ours
  std::uint64_t untracked = 0;  ///< packets of streams beyond `max_streams`
};

/// RTCP of one media connection, whose streams share one transport (RFC 3550 §6, RFC 8108): sends a
/// compound SR or RR with SDES at random intervals, turns what comes into events, says BYE.
/// Datagrams are plain; whoever sends and receives them does the SRTCP.
class RtcpSession {
 public:
  RtcpSession(const Now& now, RtcpOptions options, Random& random);

  /// It goes on on another thread, whose randomness that is.
  void use_random(Random& random) { random_ = &random; }

  /// An RTP packet of ours went out. `now` is the time of its timestamp.
  void packet_sent(const Now& now, const wire::RtpHeader& header, std::size_t payload_size,
                   std::uint32_t clock_rate);
  /// An authenticated RTP packet came in.
  void packet_received(const Now& now, const wire::RtpHeader& header, std::uint32_t clock_rate);

  /// Asks the peer for a key frame of this stream of its. How often is the caller's to decide.
  void request_picture(wire::Ssrc media);

  void handle_input(const Now& now, ByteView datagram);
  void handle_timeout(const Now& now);
  std::optional<Bytes> poll_transmit();
  std::optional<RtcpEvent> poll_event();
  std::optional<Deadline<RtcpDeadline>> next_deadline() const;

  /// Sends a last report with a BYE (§6.6); nothing is sent or expected after it.
  void close(const Now& now, std::string_view reason);

  /// nullptr for a source that sent nothing lately.
  const ReceiveStatistics* statistics_of(wire::Ssrc source) const;
  const RtcpStats& stats() const { return stats_; }

 private:
  struct Sender {
    wire::Ssrc ssrc;
    std::uint32_t clock_rate = 0;
    std::uint32_t packets = 0;  ///< wraps, as the field of the report does
    std::uint32_t octets = 0;   ///< of payload, §6.4.1
    wire::RtpTimestamp last_timestamp;
    Instant last_sent{};
  };
  struct Source {
    wire::Ssrc ssrc;
    ReceiveStatistics statistics;
    Instant last_received{};
    bool heard_since_report = false;
    std::string cname;
  };

  void handle(const Now& now, const wire::SenderReport& report);
  void handle(const Now& now, const wire::ReceiverReport& report);
  void handle(const Now& now, const wire::SourceDescription& description);
  void handle(const Now& now, const wire::Goodbye& goodbye);
  void handle(const Now& now, const wire::GenericNack& nack);
  void handle(const Now& now, const wire::PictureLossIndication& indication);
  void handle(const Now& now, const wire::FullIntraRequest& request);
  void handle(const Now& now, const wire::UnknownRtcp& unknown);
  void handle_blocks(const Now& now, const std::vector<wire::ReportBlock>& blocks);
  bool is_ours(wire::Ssrc ssrc);

  void forget_silent(const Now& now);
  /// One compound packet for each few senders of ours.
  std::vector<std::vector<wire::RtcpPacket>> reports(const Now& now);
  std::vector<wire::ReportBlock> report_blocks(const Now& now);
  wire::SenderReport sender_report(const Now& now, const Sender& sender) const;
  void send(const std::vector<std::vector<wire::RtcpPacket>>& compounds);
  Duration random_interval();
  Sender* find_sender(wire::Ssrc ssrc);
  Source* find_source(wire::Ssrc ssrc);

  RtcpOptions options_;
  Random* random_;
  std::vector<Sender> senders_;
  std::vector<Source> sources_;
  std::optional<Instant> next_report_;  ///< none after `close`
  std::deque<Bytes> transmits_;
  std::deque<RtcpEvent> events_;
  RtcpStats stats_;
};

static_assert(ProtocolCore<RtcpSession>);

}  // namespace parley::rtp
