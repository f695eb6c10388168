#include "wire/telephone_event.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>

namespace parley::wire {
namespace {

constexpr std::string_view kDigits = "0123456789*#ABCD";
constexpr std::uint8_t kEndBit = 0x80;
constexpr std::uint8_t kVolumeMask = 0x3F;

}  // namespace

std::optional<TelephoneEvent> read_telephone_event(ByteView payload) {
  ByteReader reader(payload);
  TelephoneEvent event;
  event.event = reader.u8();
  const std::uint8_t flags = reader.u8();
  event.end = (flags & kEndBit) != 0;
  event.volume = flags & kVolumeMask;
  event.duration = reader.u16();
  if (!reader.ok() || event.event > kLastTelephoneEvent) return std::nullopt;
  return event;
}

std::array<std::uint8_t, kTelephoneEventSize> write_telephone_event(const TelephoneEvent& event) {
  assert(event.event <= kLastTelephoneEvent);
  const std::uint8_t volume = std::min(event.volume, kMaxTelephoneEventVolume);
  return {event.event, static_cast<std::uint8_t>((event.end ? kEndBit : 0) | volume),
          static_cast<std::uint8_t>(event.duration >> 8),
          static_cast<std::uint8_t>(event.duration)};
}

std::optional<char> digit_of(std::uint8_t event) {
  if (event >= kDigits.size()) return std::nullopt;
  return kDigits[event];
}

std::optional<std::uint8_t> event_of(char digit) {
  const char upper = digit >= 'a' && digit <= 'd' ? static_cast<char>(digit - 'a' + 'A') : digit;
  const std::size_t index = kDigits.find(upper);
  if (index == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(index);
}

}  // namespace parley::wire
