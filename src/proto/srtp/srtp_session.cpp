#include "proto/srtp/srtp_session.hpp"

#include <algorithm>

namespace parley::srtp {
namespace {

constexpr std::size_t kRtpFixedHeader = 12;
/// RFC 3711 §3.4: the first RTCP header and its sender's SSRC stay plain.
constexpr std::size_t kRtcpPlainHeader = 8;
constexpr std::size_t kRtcpWord = 4;
constexpr std::uint32_t kEncrypted = 0x80000000;

std::uint32_t u32_at(ByteView bytes, std::size_t offset) {
  return ByteReader(bytes.subspan(offset)).u32();
}

std::array<std::uint8_t, 4> to_word(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

bool is_version_2(ByteView packet) {
  return packet[0] >> 6 == 2;
}

/// RFC 3550 §5.1: the fixed header, the contributing sources and the extension. nullopt when the
/// packet ends before they do.
std::optional<std::size_t> rtp_header_size(ByteView packet) {
  if (packet.size() < kRtpFixedHeader || !is_version_2(packet)) return std::nullopt;
  std::size_t size = kRtpFixedHeader + std::size_t{4} * (packet[0] & 0x0F);
  if ((packet[0] & 0x10) != 0) {
    if (packet.size() < size + 4) return std::nullopt;
    size += 4 + std::size_t{4} * ByteReader(packet.subspan(size + 2)).u16();
  }
  return size <= packet.size() ? std::optional(size) : std::nullopt;
}

PacketParts rtp_parts(MutableByteView packet, std::size_t header, std::uint64_t index) {
  return {.ssrc = u32_at(packet, 8),
          .index = index,
          .header = packet.first(header),
          .payload = packet.subspan(header),
          .word = to_word(static_cast<std::uint32_t>(index >> 16)),
          .word_travels = false};
}

PacketParts rtcp_parts(MutableByteView packet, std::uint32_t index) {
  return {.ssrc = u32_at(packet, 4),
          .index = index,
          .header = packet.first(kRtcpPlainHeader),
          .payload = packet.subspan(kRtcpPlainHeader),
          .word = to_word(kEncrypted | index),
          .word_travels = true};
}

std::uint64_t rtp_index(const SrtpStream* stream, ByteView packet) {
  const std::uint16_t sequence = ByteReader(packet.subspan(2)).u16();
  if (stream == nullptr || stream->rtp.empty()) return sequence;
  return estimate_rtp_index(stream->rtp.highest(), sequence);
}

}  // namespace

std::uint64_t& SrtpStats::of(SrtpError error) {
  switch (error) {
    case SrtpError::malformed:
      return malformed;
    case SrtpError::no_room:
      return no_room;
    case SrtpError::replayed:
      return replayed;
    case SrtpError::too_old:
      return too_old;
    case SrtpError::bad_tag:
      return bad_tag;
    case SrtpError::too_many_ssrcs:
      return too_many_ssrcs;
    case SrtpError::not_encrypted:
      return not_encrypted;
    case SrtpError::exhausted:
      return exhausted;
  }
  return malformed;
}

SrtpSession::SrtpSession(const crypto::SrtpMasterKey& key, SrtpLimits limits)
    : rtp_(make_transform(key.profile, derive_session_keys(key, KeyUse::rtp))),
      rtcp_(make_transform(key.profile, derive_session_keys(key, KeyUse::rtcp))),
      limits_(limits) {}

SrtpStream* SrtpSession::find(std::uint32_t ssrc) {
  const auto found = streams_.find(ssrc);
  return found == streams_.end() ? nullptr : &found->second;
}

Failure<SrtpError> SrtpSession::drop(SrtpError error) {
  ++stats_.of(error);
  return Failure{error};
}

std::optional<SrtpError> SrtpSession::refusal(const ReplayWindow& window, std::uint64_t index,
                                              std::uint64_t last) const {
  if (index > last) return SrtpError::exhausted;
  switch (window.check(index)) {
    case ReplayWindow::Verdict::fresh:
      return std::nullopt;
    case ReplayWindow::Verdict::replayed:
      return SrtpError::replayed;
    case ReplayWindow::Verdict::too_old:
      return SrtpError::too_old;
  }
  return SrtpError::malformed;
}

Result<std::size_t, SrtpError> SrtpSender::protect_rtp(MutableByteView buffer, std::size_t size) {
  if (size > buffer.size()) return drop(SrtpError::malformed);
  const MutableByteView packet = buffer.first(size);
  const auto header = rtp_header_size(packet);
  if (!header) return drop(SrtpError::malformed);
  if (buffer.size() - size < rtp_->tag_size()) return drop(SrtpError::no_room);

  const std::uint32_t ssrc = u32_at(packet, 8);
  SrtpStream* stream = find(ssrc);
  if (stream == nullptr && full()) return drop(SrtpError::too_many_ssrcs);
  if (stream == nullptr) stream = &streams_[ssrc];
  const std::uint64_t index = rtp_index(stream, packet);
  if (const auto error = refusal(stream->rtp, index, limits_.last_rtp_index)) return drop(*error);

  rtp_->seal(rtp_parts(packet, *header, index), buffer.subspan(size, rtp_->tag_size()));
  stream->rtp.accept(index);
  ++stats_.passed;
  return size + rtp_->tag_size();
}

Result<std::size_t, SrtpError> SrtpSender::protect_rtcp(MutableByteView buffer, std::size_t size) {
  if (size > buffer.size() || size < kRtcpPlainHeader || !is_version_2(buffer))
    return drop(SrtpError::malformed);
  const MutableByteView packet = buffer.first(size);
  const std::size_t tag_size = rtcp_->tag_size();
  if (buffer.size() - size < tag_size + kRtcpWord) return drop(SrtpError::no_room);

  const std::uint32_t ssrc = u32_at(packet, 4);
  SrtpStream* stream = find(ssrc);
  if (stream == nullptr && full()) return drop(SrtpError::too_many_ssrcs);
  if (stream == nullptr) stream = &streams_[ssrc];
  if (stream->next_rtcp_index > limits_.last_rtcp_index) return drop(SrtpError::exhausted);

  const PacketParts parts = rtcp_parts(packet, stream->next_rtcp_index++);
  const std::size_t tag_at = rtcp_->tag_before_word() ? size : size + kRtcpWord;
  const std::size_t word_at = rtcp_->tag_before_word() ? size + tag_size : size;
  std::copy(parts.word.begin(), parts.word.end(), buffer.begin() + static_cast<long>(word_at));
  rtcp_->seal(parts, buffer.subspan(tag_at, tag_size));
  ++stats_.passed;
  return size + tag_size + kRtcpWord;
}

Result<std::size_t, SrtpError> SrtpReceiver::unprotect_rtp(MutableByteView packet) {
  const std::size_t tag_size = rtp_->tag_size();
  if (packet.size() < kRtpFixedHeader + tag_size) return drop(SrtpError::malformed);
  const MutableByteView body = packet.first(packet.size() - tag_size);
  const auto header = rtp_header_size(body);
  if (!header) return drop(SrtpError::malformed);

  const std::uint32_t ssrc = u32_at(body, 8);
  SrtpStream* stream = find(ssrc);
  if (stream == nullptr && full()) return drop(SrtpError::too_many_ssrcs);
  const std::uint64_t index = rtp_index(stream, body);
  const ReplayWindow unseen;
  const ReplayWindow& window = stream != nullptr ? stream->rtp : unseen;
  if (const auto error = refusal(window, index, limits_.last_rtp_index)) return drop(*error);

  if (!rtp_->open(rtp_parts(body, *header, index), packet.last(tag_size)))
    return drop(SrtpError::bad_tag);
  if (stream == nullptr) stream = &streams_[ssrc];
  stream->rtp.accept(index);
  ++stats_.passed;
  return body.size();
}

Result<std::size_t, SrtpError> SrtpReceiver::unprotect_rtcp(MutableByteView packet) {
  const std::size_t tag_size = rtcp_->tag_size();
  if (packet.size() < kRtcpPlainHeader + tag_size + kRtcpWord || !is_version_2(packet))
    return drop(SrtpError::malformed);
  const MutableByteView body = packet.first(packet.size() - tag_size - kRtcpWord);
  const std::size_t tag_at = body.size() + (rtcp_->tag_before_word() ? 0 : kRtcpWord);
  const std::size_t word_at = body.size() + (rtcp_->tag_before_word() ? tag_size : 0);
  const std::uint32_t word = u32_at(packet, word_at);
  if ((word & kEncrypted) == 0) return drop(SrtpError::not_encrypted);

  const std::uint32_t ssrc = u32_at(body, 4);
  SrtpStream* stream = find(ssrc);
  if (stream == nullptr && full()) return drop(SrtpError::too_many_ssrcs);
  const std::uint32_t index = word & ~kEncrypted;
  const ReplayWindow unseen;
  const ReplayWindow& window = stream != nullptr ? stream->rtcp : unseen;
  if (const auto error = refusal(window, index, limits_.last_rtcp_index)) return drop(*error);

  if (!rtcp_->open(rtcp_parts(body, index), packet.subspan(tag_at, tag_size)))
    return drop(SrtpError::bad_tag);
  if (stream == nullptr) stream = &streams_[ssrc];
  stream->rtcp.accept(index);
  ++stats_.passed;
  return body.size();
}

}  // namespace parley::srtp
