#include "wire/rtp.hpp"

#include <algorithm>
#include <cassert>

namespace parley::wire {
namespace {

constexpr std::uint8_t kVersionBits = 2 << 6;
constexpr std::uint8_t kPaddingBit = 1 << 5;
constexpr std::uint8_t kExtensionBit = 1 << 4;
constexpr std::uint8_t kCsrcCountMask = 0x0F;
constexpr std::uint8_t kMarkerBit = 1 << 7;
constexpr std::size_t kExtensionHeaderSize = 4;
constexpr std::size_t kMaxExtensionSize = std::size_t{0xFFFF} * 4;

void put(MutableByteView out, std::uint64_t value) {
  for (std::size_t i = out.size(); i-- > 0; value >>= 8) out[i] = static_cast<std::uint8_t>(value);
}

}  // namespace

std::optional<RtpPacket> parse_rtp_header(ByteView datagram) {
  ByteReader reader(datagram);
  const std::uint8_t first = reader.u8();
  if ((first & 0xC0) != kVersionBits) return std::nullopt;
  const std::uint8_t second = reader.u8();
  RtpPacket packet;
  packet.header.marker = (second & kMarkerBit) != 0;
  packet.header.payload_type = {static_cast<std::uint8_t>(second & ~kMarkerBit)};
  packet.header.sequence = {reader.u16()};
  packet.header.timestamp = {reader.u32()};
  packet.header.ssrc = {reader.u32()};
  packet.csrcs = reader.bytes((first & kCsrcCountMask) * std::size_t{4});
  if ((first & kExtensionBit) != 0) {
    const std::uint16_t profile = reader.u16();
    const std::size_t words = reader.u16();
    packet.extension = RtpExtensionBlock{profile, reader.bytes(words * 4)};
  }
  if (!reader.ok()) return std::nullopt;
  packet.payload = reader.rest();
  packet.header_size = datagram.size() - packet.payload.size();
  return packet;
}

std::optional<RtpPacket> parse_rtp(ByteView datagram) {
  auto packet = parse_rtp_header(datagram);
  if (!packet || (datagram[0] & kPaddingBit) == 0) return packet;
  if (packet->payload.empty()) return std::nullopt;
  packet->padding = packet->payload.back();
  if (packet->padding == 0 || packet->padding > packet->payload.size()) return std::nullopt;
  packet->payload = packet->payload.first(packet->payload.size() - packet->padding);
  return packet;
}

std::size_t write_rtp_header(MutableByteView out, const RtpHeader& header,
                             const std::optional<RtpExtensionBlock>& extension) {
  std::size_t size = kRtpHeaderSize;
  if (extension) {
    assert(extension->data.size() % 4 == 0 && extension->data.size() <= kMaxExtensionSize);
    size += kExtensionHeaderSize + extension->data.size();
  }
  if (out.size() < size) return 0;
  out[0] = extension ? kVersionBits | kExtensionBit : kVersionBits;
  rewrite_rtp_header(out, header);
  if (extension) {
    put(out.subspan(12, 2), extension->profile);
    put(out.subspan(14, 2), extension->data.size() / 4);
    std::copy(extension->data.begin(), extension->data.end(), out.begin() + 16);
  }
  return size;
}

void rewrite_rtp_header(MutableByteView datagram, const RtpHeader& header) {
  assert(datagram.size() >= kRtpHeaderSize && header.payload_type.value < 128);
  datagram[1] =
      static_cast<std::uint8_t>((header.marker ? kMarkerBit : 0) | header.payload_type.value);
  put(datagram.subspan(2, 2), header.sequence.value);
  put(datagram.subspan(4, 4), header.timestamp.value);
  put(datagram.subspan(8, 4), header.ssrc.value);
}

}  // namespace parley::wire
