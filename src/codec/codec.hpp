#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text.hpp"

namespace parley::codec {

enum class Codec : std::uint8_t { opus, pcmu, pcma };
inline constexpr std::size_t kCodecCount = 3;

/// Every frame we send is this long.
inline constexpr std::uint32_t kFrameMs = 20;

/// RTP clock in Hz. Opus: 48000 whatever the audio bandwidth (RFC 7587 §4.1). G.711: RFC 3551
/// §4.5.14.
constexpr std::uint32_t clock_rate(Codec codec) {
  return codec == Codec::opus ? 48'000 : 8'000;
}

/// What one frame adds to the RTP timestamp.
constexpr std::uint32_t frame_ticks(Codec codec) {
  return clock_rate(codec) / 1000 * kFrameMs;
}

/// Static types of RFC 3551 §6 for G.711; for Opus the dynamic one that we offer.
constexpr std::uint8_t default_payload_type(Codec codec) {
  switch (codec) {
    case Codec::opus:
      return 111;
    case Codec::pcmu:
      return 0;
    case Codec::pcma:
      return 8;
  }
  return 0;
}

/// The encoding name of `a=rtpmap`.
constexpr std::string_view encoding_name(Codec codec) {
  switch (codec) {
    case Codec::opus:
      return "opus";
    case Codec::pcmu:
      return "PCMU";
    case Codec::pcma:
      return "PCMA";
  }
  return "";
}

/// The channel count of `a=rtpmap`: always 2 for Opus (RFC 7587 §7), though we send mono.
constexpr std::uint8_t rtpmap_channels(Codec codec) {
  return codec == Codec::opus ? 2 : 1;
}

/// The codec of an `a=rtpmap`; names compare without case (RFC 8866 §6.6).
constexpr std::optional<Codec> codec_of(std::string_view name, std::uint32_t rate) {
  for (const Codec codec : {Codec::opus, Codec::pcmu, Codec::pcma}) {
    if (clock_rate(codec) == rate && equal_ignoring_case(encoding_name(codec), name)) return codec;
  }
  return std::nullopt;
}

}  // namespace parley::codec
