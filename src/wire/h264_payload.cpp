#include "wire/h264_payload.hpp"

#include <cstdint>

namespace parley::wire {
namespace {

// RFC 6184 §1.3: F, NRI and the type.
constexpr std::uint8_t kForbiddenBit = 0x80;
constexpr std::uint8_t kTypeMask = 0x1F;
/// ITU-T H.264 table 7-1.
constexpr std::uint8_t kSequenceParameterSet = 7;
// RFC 6184 §5.2.
constexpr std::uint8_t kStapA = 24;
constexpr std::uint8_t kFuA = 28;
// §5.8: of the FU header.
constexpr std::uint8_t kStartBit = 0x80;
constexpr std::uint8_t kEndBit = 0x40;

bool is_parameter_set(std::uint8_t unit_header) {
  return (unit_header & (kForbiddenBit | kTypeMask)) == kSequenceParameterSet;
}

// §5.7.1: units, each behind its size. One that passes the end makes the whole packet useless.
bool aggregate_holds_parameter_set(ByteReader units) {
  bool found = false;
  while (units.remaining() > 0) {
    const std::uint16_t size = units.u16();
    const ByteView unit = units.bytes(size);
    if (!units.ok() || unit.empty()) return false;
    found |= is_parameter_set(unit[0]);
  }
  return found;
}

// §5.8: the first piece is never the last one too.
bool fragment_begins_parameter_set(ByteView fragment) {
  if (fragment.size() < 2 || (fragment[0] & (kStartBit | kEndBit)) != kStartBit) return false;
  return (fragment[0] & kTypeMask) == kSequenceParameterSet;
}

}  // namespace

bool begins_key_frame(ByteView payload) {
  if (payload.empty() || (payload[0] & kForbiddenBit) != 0) return false;
  switch (payload[0] & kTypeMask) {
    case kSequenceParameterSet:
      return true;
    case kStapA:
      return aggregate_holds_parameter_set(ByteReader(payload.subspan(1)));
    case kFuA:
      return fragment_begins_parameter_set(payload.subspan(1));
    default:  // slices, and what packetization-mode 1 does not allow
      return false;
  }
}

}  // namespace parley::wire
