#include <algorithm>
#include <cassert>

#include "wire/rtcp.hpp"
#include "wire/rtcp_types.hpp"

namespace parley::wire {
namespace {

constexpr std::uint8_t kVersionBits = 2 << 6;
/// Seconds from 1900 to 1970 (RFC 868).
constexpr std::uint64_t kNtpEpoch = 2'208'988'800;

/// Writes each packet's header when its body is known.
class Writer {
 public:
  Bytes take() { return writer_.take(); }

  void operator()(const SenderReport& report) {
    begin(report.blocks.size(), kRtcpSenderReport);
    writer_.u32(report.sender.value);
    writer_.u64(report.ntp);
    writer_.u32(report.timestamp.value);
    writer_.u32(report.packets);
    writer_.u32(report.octets);
    for (const ReportBlock& block : report.blocks) write_block(block);
    end();
  }

  void operator()(const ReceiverReport& report) {
    begin(report.blocks.size(), kRtcpReceiverReport);
    writer_.u32(report.sender.value);
    for (const ReportBlock& block : report.blocks) write_block(block);
    end();
  }

  void operator()(const SourceDescription& description) {
    begin(description.chunks.size(), kRtcpSourceDescription);
    for (const auto& chunk : description.chunks) {
      writer_.u32(chunk.source.value);
      if (!chunk.cname.empty()) {
        writer_.u8(kSdesCname);
        write_text(chunk.cname);
      }
      writer_.u8(0);
      fill_word();
    }
    end();
  }

  void operator()(const Goodbye& bye) {
    begin(bye.sources.size(), kRtcpGoodbye);
    for (const Ssrc source : bye.sources) writer_.u32(source.value);
    if (!bye.reason.empty()) write_text(bye.reason);
    fill_word();
    end();
  }

  void operator()(const GenericNack& nack) {
    assert(!nack.lost.empty());
    begin(kFeedbackNack, kRtcpTransportFeedback);
    writer_.u32(nack.sender.value);
    writer_.u32(nack.media.value);
    for (std::size_t i = 0; i < nack.lost.size();) i = write_nack_item(nack.lost, i);
    end();
  }

  void operator()(const PictureLossIndication& pli) {
    begin(kFeedbackPli, kRtcpPayloadFeedback);
    writer_.u32(pli.sender.value);
    writer_.u32(pli.media.value);
    end();
  }

  void operator()(const FullIntraRequest& fir) {
    assert(!fir.entries.empty());
    begin(kFeedbackFir, kRtcpPayloadFeedback);
    writer_.u32(fir.sender.value);
    writer_.u32(0);
    for (const auto& entry : fir.entries) {
      writer_.u32(entry.media.value);
      writer_.u8(entry.sequence);
      writer_.u24(0);
    }
    end();
  }

  void operator()(const UnknownRtcp& unknown) {
    assert(unknown.body.size() % 4 == 0);
    begin(unknown.format, unknown.packet_type);
    writer_.bytes(unknown.body);
    end();
  }

 private:
  void begin(std::size_t count_or_format, std::uint8_t packet_type) {
    assert(count_or_format <= kMaxRtcpCount);
    start_ = writer_.size();
    writer_.u8(static_cast<std::uint8_t>(kVersionBits | count_or_format));
    writer_.u8(packet_type);
    writer_.u16(0);
  }

  void end() {
    const std::size_t words = (writer_.size() - start_) / 4 - 1;
    assert(words <= 0xFFFF);
    writer_.patch_u16(start_ + 2, static_cast<std::uint16_t>(words));
  }

  void fill_word() {
    while ((writer_.size() - start_) % 4 != 0) writer_.u8(0);
  }

  void write_text(const std::string& text) {
    assert(text.size() <= kMaxRtcpText);
    writer_.u8(static_cast<std::uint8_t>(text.size()));
    writer_.bytes(as_bytes(text));
  }

  void write_block(const ReportBlock& block) {
    constexpr std::int32_t limit = 1 << 23;
    writer_.u32(block.source.value);
    writer_.u8(block.fraction_lost);
    const std::int32_t lost = std::clamp(block.cumulative_lost, -limit, limit - 1);
    writer_.u24(static_cast<std::uint32_t>(lost) & 0xFFFFFF);
    writer_.u32(block.highest_sequence);
    writer_.u32(block.jitter);
    writer_.u32(block.last_sr);
    writer_.u32(block.delay_since_last_sr);
  }

  /// One PID and BLP from `first` on: as many of the following as ascend and fit the bitmap. Gives
  /// the index of the first one that is left.
  std::size_t write_nack_item(const std::vector<SequenceNumber>& lost, std::size_t first) {
    std::uint16_t bitmap = 0;
    int last = 0;
    std::size_t next = first + 1;
    for (; next < lost.size(); ++next) {
      const int offset = distance(lost[first], lost[next]);
      if (offset <= last || offset > 16) break;
      bitmap = static_cast<std::uint16_t>(bitmap | 1 << (offset - 1));
      last = offset;
    }
    writer_.u16(lost[first].value);
    writer_.u16(bitmap);
    return next;
  }

  ByteWriter writer_;
  std::size_t start_ = 0;
};

}  // namespace

Bytes write_rtcp(std::span<const RtcpPacket> packets) {
  Writer writer;
  for (const RtcpPacket& packet : packets) std::visit(writer, packet);
  return writer.take();
}

std::uint64_t to_ntp(UtcTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds = static_cast<std::uint64_t>((time - seconds).count());
  const auto whole = static_cast<std::uint64_t>(seconds.time_since_epoch().count()) + kNtpEpoch;
  return whole << 32 | (milliseconds << 32) / 1000;
}

std::uint32_t to_ntp_delay(Duration delay) {
  constexpr Duration longest = std::chrono::seconds(65535);
  const auto nanoseconds =
      static_cast<std::uint64_t>(std::clamp(delay, Duration::zero(), longest).count());
  return static_cast<std::uint32_t>((nanoseconds << 16) / 1'000'000'000);
}

std::optional<Duration> round_trip_time(const ReportBlock& block, UtcTime arrival) {
  if (block.last_sr == 0) return std::nullopt;
  const std::uint32_t units =
      ntp_middle(to_ntp(arrival)) - block.last_sr - block.delay_since_last_sr;
  if (units > 0x7FFFFFFF) return std::nullopt;
  return Duration(static_cast<std::int64_t>((std::uint64_t{units} * 1'000'000'000) >> 16));
}

}  // namespace parley::wire
