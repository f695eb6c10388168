#include "wire/rtcp.hpp"
#include "wire/rtcp_types.hpp"

namespace parley::wire {
namespace {

constexpr std::size_t kHeaderSize = 4;
constexpr std::uint8_t kVersion = 2;

/// One packet of the datagram: its header's fields, and a reader over its body without padding.
struct RawPacket {
  bool padded = false;
  std::uint8_t format = 0;
  std::uint8_t packet_type = 0;
  ByteView body;
};

ReportBlock read_block(ByteReader& reader) {
  ReportBlock block;
  block.source = {reader.u32()};
  block.fraction_lost = reader.u8();
  const std::uint32_t lost = reader.u24();
  block.cumulative_lost = static_cast<std::int32_t>(lost << 8) >> 8;
  block.highest_sequence = reader.u32();
  block.jitter = reader.u32();
  block.last_sr = reader.u32();
  block.delay_since_last_sr = reader.u32();
  return block;
}

/// Blocks, and maybe a profile's extension after them, which is skipped (RFC 3550 §6.4.3).
template <class Report>
std::optional<RtcpPacket> with_blocks(Report report, ByteReader reader, std::size_t count) {
  for (std::size_t i = 0; i < count && reader.ok(); ++i)
    report.blocks.push_back(read_block(reader));
  if (!reader.ok()) return std::nullopt;
  return report;
}

std::optional<RtcpPacket> read_sender_report(const RawPacket& raw) {
  ByteReader reader(raw.body);
  SenderReport report;
  report.sender = {reader.u32()};
  report.ntp = reader.u64();
  report.timestamp = {reader.u32()};
  report.packets = reader.u32();
  report.octets = reader.u32();
  return with_blocks(std::move(report), reader, raw.format);
}

std::optional<RtcpPacket> read_receiver_report(const RawPacket& raw) {
  ByteReader reader(raw.body);
  ReceiverReport report;
  report.sender = {reader.u32()};
  return with_blocks(std::move(report), reader, raw.format);
}

/// Items up to the null that ends the chunk, and the nulls that fill its last word.
bool read_items(ByteReader& reader, std::size_t body_size, std::string& cname) {
  while (true) {
    const std::uint8_t type = reader.u8();
    if (!reader.ok()) return false;
    if (type == 0) break;
    const std::string_view text = as_text(reader.bytes(reader.u8()));
    if (!reader.ok()) return false;
    if (type == kSdesCname && cname.empty()) cname = text;
  }
  while ((body_size - reader.remaining()) % 4 != 0) reader.u8();
  return reader.ok();
}

std::optional<RtcpPacket> read_source_description(const RawPacket& raw) {
  ByteReader reader(raw.body);
  SourceDescription description;
  for (std::size_t i = 0; i < raw.format; ++i) {
    SourceDescription::Chunk chunk{.source = {reader.u32()}, .cname = {}};
    if (!read_items(reader, raw.body.size(), chunk.cname)) return std::nullopt;
    description.chunks.push_back(std::move(chunk));
  }
  return description;
}

std::optional<RtcpPacket> read_goodbye(const RawPacket& raw) {
  ByteReader reader(raw.body);
  Goodbye bye;
  for (std::size_t i = 0; i < raw.format; ++i) bye.sources.push_back({reader.u32()});
  if (reader.remaining() > 0) bye.reason = as_text(reader.bytes(reader.u8()));
  if (!reader.ok()) return std::nullopt;
  return bye;
}

std::optional<RtcpPacket> read_nack(const RawPacket& raw) {
  ByteReader reader(raw.body);
  GenericNack nack{.sender = {reader.u32()}, .media = {reader.u32()}, .lost = {}};
  if (!reader.ok() || reader.remaining() == 0) return std::nullopt;
  while (reader.remaining() > 0) {
    const std::uint16_t first = reader.u16();
    const std::uint16_t bitmap = reader.u16();
    nack.lost.push_back({first});
    for (unsigned bit = 0; bit < 16; ++bit)
      if ((bitmap >> bit & 1) != 0)
        nack.lost.push_back({static_cast<std::uint16_t>(first + bit + 1)});
  }
  return nack;
}

std::optional<RtcpPacket> read_pli(const RawPacket& raw) {
  if (raw.body.size() != 8) return std::nullopt;
  ByteReader reader(raw.body);
  const Ssrc sender{reader.u32()};
  return PictureLossIndication{sender, {reader.u32()}};
}

std::optional<RtcpPacket> read_fir(const RawPacket& raw) {
  if (raw.body.size() < 16 || raw.body.size() % 8 != 0) return std::nullopt;
  ByteReader reader(raw.body);
  FullIntraRequest fir{.sender = {reader.u32()}, .entries = {}};
  reader.skip(4);  // the media source is not used (RFC 5104 §4.3.1.1)
  while (reader.remaining() > 0) {
    const Ssrc media{reader.u32()};
    fir.entries.push_back({media, reader.u8()});
    reader.skip(3);
  }
  return fir;
}

std::optional<RtcpPacket> read_packet(const RawPacket& raw) {
  if (raw.packet_type == kRtcpSenderReport) return read_sender_report(raw);
  if (raw.packet_type == kRtcpReceiverReport) return read_receiver_report(raw);
  if (raw.packet_type == kRtcpSourceDescription) return read_source_description(raw);
  if (raw.packet_type == kRtcpGoodbye) return read_goodbye(raw);
  if (raw.packet_type == kRtcpTransportFeedback && raw.format == kFeedbackNack)
    return read_nack(raw);
  if (raw.packet_type == kRtcpPayloadFeedback && raw.format == kFeedbackPli) return read_pli(raw);
  if (raw.packet_type == kRtcpPayloadFeedback && raw.format == kFeedbackFir) return read_fir(raw);
  return UnknownRtcp{raw.packet_type, raw.format, to_bytes(raw.body)};
}

std::optional<RawPacket> take_packet(ByteReader& reader) {
  const std::uint8_t first = reader.u8();
  RawPacket raw;
  raw.packet_type = reader.u8();
  raw.body = reader.bytes(reader.u16() * std::size_t{4});
  if (!reader.ok() || first >> 6 != kVersion) return std::nullopt;
  raw.padded = (first & 0x20) != 0;
  raw.format = first & 0x1F;
  if (!raw.padded) return raw;
  if (reader.remaining() > 0 || raw.body.empty()) return std::nullopt;
  const std::size_t padding = raw.body.back();
  if (padding == 0 || padding % 4 != 0 || padding > raw.body.size()) return std::nullopt;
  raw.body = raw.body.first(raw.body.size() - padding);
  return raw;
}

/// RFC 3550 A.2: a compound begins with a report, and its first packet has no padding.
bool may_begin_compound(const RawPacket& raw) {
  const bool report =
      raw.packet_type == kRtcpSenderReport || raw.packet_type == kRtcpReceiverReport;
  return report && !raw.padded;
}

}  // namespace

std::optional<std::vector<RtcpPacket>> parse_rtcp(ByteView datagram, RtcpForm form) {
  if (datagram.size() < kHeaderSize || datagram.size() > kMaxRtcpSize) return std::nullopt;
  std::vector<RtcpPacket> packets;
  ByteReader reader(datagram);
  while (reader.remaining() > 0) {
    const auto raw = take_packet(reader);
    if (!raw) return std::nullopt;
    if (form == RtcpForm::compound && packets.empty() && !may_begin_compound(*raw))
      return std::nullopt;
    auto packet = read_packet(*raw);
    if (!packet) return std::nullopt;
    packets.push_back(*std::move(packet));
  }
  return packets;
}

}  // namespace parley::wire
