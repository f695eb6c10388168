#pragma once

#include <cstdint>
#include <optional>

#include "codec/codec.hpp"
#include "wire/rtp.hpp"

namespace parley::edge {

/// What was agreed on for the audio of a leg, the same in both directions.
struct AudioFormat {
  codec::Codec codec = codec::Codec::opus;
  wire::PayloadType payload_type;
  /// RFC 4733 at the codec's own clock rate; nullopt when the peer has none.
  std::optional<wire::PayloadType> telephone_event;
  std::uint32_t clock_rate = 48'000;  ///< of RTP timestamps, Hz
  /// The header extension of RFC 6464, 1 to 14.
  std::optional<std::uint8_t> level_extension_id;

  friend bool operator==(const AudioFormat&, const AudioFormat&) = default;
};

}  // namespace parley::edge
