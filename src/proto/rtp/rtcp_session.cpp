#include "proto/rtp/rtcp_session.hpp"

#include <algorithm>
#include <cassert>

namespace parley::rtp {

RtcpSession::RtcpSession(const Now& now, RtcpOptions options, Random& random)
    : options_(std::move(options)), random_(&random) {
  assert(options_.cname.size() <= kMaxCname);
  assert(options_.max_streams <= wire::kMaxRtcpCount);
  next_report_ = now + random_interval() / 2;
}

void RtcpSession::packet_sent(const Now& now, const wire::RtpHeader& header,
                              std::size_t payload_size, std::uint32_t clock_rate) {
  Sender* sender = find_sender(header.ssrc);
  if (!sender) {
    if (senders_.size() == options_.max_streams) {
      ++stats_.untracked;
      return;
    }
    sender = &senders_.emplace_back(
        Sender{.ssrc = header.ssrc, .clock_rate = clock_rate, .last_timestamp = header.timestamp});
  }
  ++sender->packets;
  sender->octets += static_cast<std::uint32_t>(payload_size);
  sender->last_timestamp = header.timestamp;
  sender->last_sent = now.monotonic;
}

void RtcpSession::packet_received(const Now& now, const wire::RtpHeader& header,
                                  std::uint32_t clock_rate) {
  Source* source = find_source(header.ssrc);
  if (!source) {
    if (sources_.size() == options_.max_streams) {
      ++stats_.untracked;
      return;
    }
    source = &sources_.emplace_back(
        Source{.ssrc = header.ssrc, .statistics = {header.ssrc, clock_rate}, .cname = {}});
  }
  source->statistics.packet_received(now, header);
  source->last_received = now.monotonic;
  source->heard_since_report = true;
}

// RFC 4585 §3.1: feedback rides behind a report and the CNAME, unless both ends agreed on less.
void RtcpSession::request_picture(wire::Ssrc media) {
  if (!next_report_) return;
  send({{wire::ReceiverReport{options_.local, {}},
         wire::SourceDescription{{{options_.local, options_.cname}}},
         wire::PictureLossIndication{options_.local, media}}});
}

void RtcpSession::handle_input(const Now& now, ByteView datagram) {
  ++stats_.received;
  const auto packets = wire::parse_rtcp(datagram);
  if (!packets) {
    ++stats_.malformed;
    return;
  }
  for (const wire::RtcpPacket& packet : *packets)
    std::visit([&](const auto& known) { handle(now, known); }, packet);
}

void RtcpSession::handle(const Now& now, const wire::SenderReport& report) {
  if (Source* source = find_source(report.sender))
    source->statistics.sender_report_received(now, report.ntp);
  events_.push_back(SenderReported{report.sender, report.ntp, report.timestamp});
  handle_blocks(now, report.blocks);
}

void RtcpSession::handle(const Now& now, const wire::ReceiverReport& report) {
  handle_blocks(now, report.blocks);
}

void RtcpSession::handle_blocks(const Now& now, const std::vector<wire::ReportBlock>& blocks) {
  for (const wire::ReportBlock& block : blocks) {
    if (is_ours(block.source))
      events_.push_back(ReportReceived{block, wire::round_trip_time(block, now.utc)});
  }
}

void RtcpSession::handle(const Now&, const wire::SourceDescription& description) {
  for (const auto& chunk : description.chunks) {
    Source* source = find_source(chunk.source);
    if (!source || chunk.cname.empty() || source->cname == chunk.cname) continue;
    source->cname = chunk.cname;
    events_.push_back(SourceNamed{chunk.source, chunk.cname});
  }
}

void RtcpSession::handle(const Now&, const wire::Goodbye& goodbye) {
  for (const wire::Ssrc ssrc : goodbye.sources) {
    std::erase_if(sources_, [ssrc](const Source& source) { return source.ssrc == ssrc; });
    events_.push_back(SourceLeft{ssrc, goodbye.reason});
  }
}

void RtcpSession::handle(const Now&, const wire::GenericNack& nack) {
  if (is_ours(nack.media)) events_.push_back(PacketsRequested{nack.media, nack.lost});
}

void RtcpSession::handle(const Now&, const wire::PictureLossIndication& indication) {
  if (is_ours(indication.media)) events_.push_back(PictureRequested{indication.media});
}

void RtcpSession::handle(const Now&, const wire::FullIntraRequest& request) {
  for (const auto& entry : request.entries)
    if (is_ours(entry.media)) events_.push_back(PictureRequested{entry.media});
}

void RtcpSession::handle(const Now&, const wire::UnknownRtcp&) {}

bool RtcpSession::is_ours(wire::Ssrc ssrc) {
  if (find_sender(ssrc)) return true;
  ++stats_.foreign;
  return false;
}

void RtcpSession::handle_timeout(const Now& now) {
  if (!next_report_ || now.monotonic < *next_report_) return;
  forget_silent(now);
  send(reports(now));
  next_report_ = now + random_interval();
}

void RtcpSession::forget_silent(const Now& now) {
  const Instant limit = now.monotonic - options_.silent_intervals * options_.interval;
  std::erase_if(senders_, [limit](const Sender& sender) { return sender.last_sent < limit; });
  std::erase_if(sources_, [limit](const Source& source) { return source.last_received < limit; });
}

// RFC 3550 §6.1: a report first, then the CNAME of everyone who reports. Each of our senders
// reports itself (RFC 8108 §5.2); the first one carries the blocks for all.
std::vector<std::vector<wire::RtcpPacket>> RtcpSession::reports(const Now& now) {
  std::vector<std::vector<wire::RtcpPacket>> compounds;
  if (senders_.empty())
    return {{wire::ReceiverReport{options_.local, report_blocks(now)},
             wire::SourceDescription{{{options_.local, options_.cname}}}}};
  for (std::size_t first = 0; first < senders_.size(); first += kMaxSendersPerDatagram) {
    const std::size_t end = std::min(first + kMaxSendersPerDatagram, senders_.size());
    auto& packets = compounds.emplace_back();
    wire::SourceDescription names;
    for (std::size_t i = first; i < end; ++i) {
      packets.emplace_back(sender_report(now, senders_[i]));
      names.chunks.push_back({senders_[i].ssrc, options_.cname});
    }
    packets.emplace_back(std::move(names));
  }
  std::get<wire::SenderReport>(compounds.front().front()).blocks = report_blocks(now);
  return compounds;
}

std::vector<wire::ReportBlock> RtcpSession::report_blocks(const Now& now) {
  std::vector<wire::ReportBlock> blocks;
  for (Source& source : sources_) {
    if (!source.heard_since_report) continue;
    source.heard_since_report = false;
    if (const auto block = source.statistics.take_report_block(now)) blocks.push_back(*block);
  }
  return blocks;
}

// §6.4.1: the timestamp is that of this very moment, not of the last packet.
wire::SenderReport RtcpSession::sender_report(const Now& now, const Sender& sender) const {
  const auto since =
      std::chrono::duration_cast<std::chrono::microseconds>(now.monotonic - sender.last_sent);
  const auto units = since.count() * sender.clock_rate / 1'000'000;
  return {.sender = sender.ssrc,
          .ntp = wire::to_ntp(now.utc),
          .timestamp = {sender.last_timestamp.value + static_cast<std::uint32_t>(units)},
          .packets = sender.packets,
          .octets = sender.octets,
          .blocks = {}};
}

void RtcpSession::close(const Now& now, std::string_view reason) {
  if (!next_report_) return;
  next_report_.reset();
  auto compounds = reports(now);
  wire::Goodbye goodbye{.sources = {}, .reason = std::string(reason.substr(0, wire::kMaxRtcpText))};
  for (const Sender& sender : senders_) goodbye.sources.push_back(sender.ssrc);
  if (senders_.empty()) goodbye.sources.push_back(options_.local);
  compounds.back().emplace_back(std::move(goodbye));
  send(compounds);
}

void RtcpSession::send(const std::vector<std::vector<wire::RtcpPacket>>& compounds) {
  for (const auto& packets : compounds) transmits_.push_back(wire::write_rtcp(packets));
  stats_.sent += compounds.size();
}

Duration RtcpSession::random_interval() {
  const auto per_mille = static_cast<std::int64_t>(500 + random_->u32() % 1001);
  return options_.interval * per_mille / 1000;
}

std::optional<Bytes> RtcpSession::poll_transmit() {
  if (transmits_.empty()) return std::nullopt;
  Bytes datagram = std::move(transmits_.front());
  transmits_.pop_front();
  return datagram;
}

std::optional<RtcpEvent> RtcpSession::poll_event() {
  if (events_.empty()) return std::nullopt;
  RtcpEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Deadline<RtcpDeadline>> RtcpSession::next_deadline() const {
  if (!next_report_) return std::nullopt;
  return Deadline{*next_report_, RtcpDeadline::report};
}

const ReceiveStatistics* RtcpSession::statistics_of(wire::Ssrc source) const {
  for (const Source& known : sources_)
    if (known.ssrc == source) return &known.statistics;
  return nullptr;
}

RtcpSession::Sender* RtcpSession::find_sender(wire::Ssrc ssrc) {
  for (Sender& sender : senders_)
    if (sender.ssrc == ssrc) return &sender;
  return nullptr;
}

RtcpSession::Source* RtcpSession::find_source(wire::Ssrc ssrc) {
  for (Source& source : sources_)
    if (source.ssrc == ssrc) return &source;
  return nullptr;
}

}  // namespace parley::rtp
