#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

/// Named telephone events, RFC 4733.
namespace parley::wire {

inline constexpr std::size_t kTelephoneEventSize = 4;
/// §3.2: digits 0 to 9, then `*`, `#`, A to D, and the hook flash.
inline constexpr std::uint8_t kLastTelephoneEvent = 16;
inline constexpr std::uint8_t kFlashEvent = 16;
/// §2.3.3.
inline constexpr std::uint8_t kMaxTelephoneEventVolume = 63;

/// One payload, §2.3.
struct TelephoneEvent {
  std::uint8_t event = 0;   ///< 0 to kLastTelephoneEvent
  bool end = false;         ///< sent three times when the key is released
  std::uint8_t volume = 0;  ///< -dBm0: 0 is the loudest, 63 the quietest
  /// Since the beginning of the event (the packet's timestamp), in timestamp units; 0xFFFF when it
  /// went on for longer (§2.5.1.3: a new segment follows).
  std::uint16_t duration = 0;

  friend bool operator==(const TelephoneEvent&, const TelephoneEvent&) = default;
};

/// The first event of the payload. nullopt when it is shorter than four bytes, or the event is past
/// kLastTelephoneEvent.
std::optional<TelephoneEvent> read_telephone_event(ByteView payload);
std::array<std::uint8_t, kTelephoneEventSize> write_telephone_event(const TelephoneEvent& event);

/// `0` to `9`, `*`, `#`, `A` to `D`; nullopt for the flash and whatever is past it.
std::optional<char> digit_of(std::uint8_t event);
/// The reverse; takes lower case too.
std::optional<std::uint8_t> event_of(char digit);

}  // namespace parley::wire
