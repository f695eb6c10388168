#include "wire/stun.hpp"

#include <algorithm>
#include <cassert>

namespace parley::wire {
namespace {

constexpr std::uint32_t kMagicCookie = 0x2112A442;     // RFC 8489 §5
constexpr std::uint32_t kFingerprintXor = 0x5354554E;  // §14.7
constexpr std::size_t kAttributeHeaderSize = 4;
constexpr std::size_t kIntegritySize = kAttributeHeaderSize + 20;
constexpr std::size_t kFingerprintSize = kAttributeHeaderSize + 4;

// RFC 8489 §18.4, RFC 8445 §20.1.
constexpr std::uint16_t kMappedAddress = 0x0001;
constexpr std::uint16_t kUsername = 0x0006;
constexpr std::uint16_t kMessageIntegrity = 0x0008;
constexpr std::uint16_t kErrorCode = 0x0009;
constexpr std::uint16_t kUnknownAttributes = 0x000A;
constexpr std::uint16_t kRealm = 0x0014;
constexpr std::uint16_t kNonce = 0x0015;
constexpr std::uint16_t kXorMappedAddress = 0x0020;
constexpr std::uint16_t kPriority = 0x0024;
constexpr std::uint16_t kUseCandidate = 0x0025;
constexpr std::uint16_t kSoftware = 0x8022;
constexpr std::uint16_t kFingerprint = 0x8028;
constexpr std::uint16_t kIceControlled = 0x8029;
constexpr std::uint16_t kIceControlling = 0x802A;
/// §5: types below this must be understood.
constexpr std::uint16_t kFirstOptional = 0x8000;

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ ((value & 1) != 0 ? 0xEDB88320u : 0u);
    table[i] = value;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

/// The mask of §14.2: the cookie, then the transaction id.
std::array<std::uint8_t, 16> address_mask(const StunTransactionId& id) {
  std::array<std::uint8_t, 16> mask{0x21, 0x12, 0xA4, 0x42};
  std::copy(id.begin(), id.end(), mask.begin() + 4);
  return mask;
}

/// One attribute: its type, where its header starts, its value without padding.
struct Attribute {
  std::uint16_t type;
  std::size_t offset;
  ByteView value;
};

template <class T>
bool keep_first(std::optional<T>& slot, T value) {
  if (!slot) slot = value;
  return true;
}

template <class Integer>
bool read_integer(const Attribute& attribute, std::optional<Integer>& slot) {
  if (attribute.value.size() != sizeof(Integer)) return false;
  std::uint64_t value = 0;
  for (const std::uint8_t byte : attribute.value) value = value << 8 | byte;
  return keep_first(slot, static_cast<Integer>(value));
}

bool read_text(const Attribute& attribute, std::size_t limit,
               std::optional<std::string_view>& slot) {
  return attribute.value.size() <= limit && keep_first(slot, as_text(attribute.value));
}

bool read_address(const Attribute& attribute, StunMessage& message) {
  ByteReader reader(attribute.value);
  reader.skip(1);
  const std::uint8_t family = reader.u8();
  const auto port = static_cast<std::uint16_t>(reader.u16() ^ (kMagicCookie >> 16));
  const std::size_t size = family == 1 ? 4 : 16;
  if (!reader.ok() || (family != 1 && family != 2) || reader.remaining() != size) return false;
  SocketAddress address{.ip = {.family = family == 1 ? IpFamily::v4 : IpFamily::v6}, .port = port};
  const auto mask = address_mask(message.transaction_id);
  for (std::size_t i = 0; i < size; ++i) address.ip.bytes[i] = reader.u8() ^ mask[i];
  return keep_first(message.xor_mapped_address, address);
}

bool read_error(const Attribute& attribute, StunMessage& message) {
  ByteReader reader(attribute.value);
  reader.skip(2);
  const int hundreds = reader.u8() & 7;
  const int rest = reader.u8();
  if (!reader.ok() || hundreds < 3 || hundreds > 6 || rest > 99) return false;
  if (reader.remaining() > kMaxStunReason) return false;
  const auto code = static_cast<std::uint16_t>(hundreds * 100 + rest);
  return keep_first(message.error, StunErrorCode{code, as_text(reader.rest())});
}

bool read_unknown_attributes(const Attribute& attribute, StunMessage& message) {
  if (attribute.value.size() % 2 != 0) return false;
  if (!message.unknown_attributes.empty()) return true;
  ByteReader reader(attribute.value);
  while (reader.remaining() > 0 && message.unknown_attributes.size() < kMaxUnknownStunAttributes)
    message.unknown_attributes.push_back(reader.u16());
  return true;
}

bool read_integrity(const Attribute& attribute, StunMessage& message) {
  return attribute.value.size() == 20 && keep_first(message.integrity_offset, attribute.offset);
}

bool read_fingerprint(const Attribute& attribute, StunMessage& message) {
  // §14.7: the last attribute, over everything before it.
  if (attribute.offset + kFingerprintSize != message.datagram.size()) return false;
  if (attribute.value.size() != 4) return false;
  ByteReader reader(attribute.value);
  message.fingerprint = true;
  return reader.u32() == (crc32(message.datagram.first(attribute.offset)) ^ kFingerprintXor);
}

bool list_unknown(const Attribute& attribute, StunMessage& message) {
  auto& list = message.unknown_required;
  if (attribute.type >= kFirstOptional || list.size() >= kMaxUnknownStunAttributes) return true;
  if (std::find(list.begin(), list.end(), attribute.type) == list.end())
    list.push_back(attribute.type);
  return true;
}

bool read_attribute(const Attribute& attribute, StunMessage& message) {
  if (attribute.type == kFingerprint) return read_fingerprint(attribute, message);
  if (message.integrity_offset) return true;
  switch (attribute.type) {
    case kUsername:
      return read_text(attribute, kMaxStunUsername, message.username);
    case kSoftware:
      return read_text(attribute, kMaxStunReason, message.software);
    case kMessageIntegrity:
      return read_integrity(attribute, message);
    case kErrorCode:
      return read_error(attribute, message);
    case kUnknownAttributes:
      return read_unknown_attributes(attribute, message);
    case kXorMappedAddress:
      return read_address(attribute, message);
    case kPriority:
      return read_integer(attribute, message.priority);
    case kIceControlled:
      return read_integer(attribute, message.ice_controlled);
    case kIceControlling:
      return read_integer(attribute, message.ice_controlling);
    case kUseCandidate:
      message.use_candidate = true;
      return attribute.value.empty();
    case kMappedAddress:
    case kRealm:
    case kNonce:
      return true;  // understood, and of no use to ICE
    default:        // an open range of the registry, not an enum of ours
      return list_unknown(attribute, message);
  }
}

bool read_header(ByteReader& reader, StunMessage& message) {
  const std::uint16_t type = reader.u16();
  const std::uint16_t length = reader.u16();
  const std::uint32_t cookie = reader.u32();
  const ByteView id = reader.bytes(message.transaction_id.size());
  if (!reader.ok() || type >= 0x4000 || cookie != kMagicCookie) return false;
  if (length % 4 != 0 || length != reader.remaining()) return false;
  // §5: the class bits C1 and C0 stand between the bits of the method.
  message.message_class = static_cast<StunClass>((type >> 7 & 2) | (type >> 4 & 1));
  message.method =
      static_cast<std::uint16_t>((type & 0x000F) | (type >> 1 & 0x0070) | (type >> 2 & 0x0F80));
  std::copy(id.begin(), id.end(), message.transaction_id.begin());
  return true;
}

/// What MESSAGE-INTEGRITY at `offset` covers (§14.5): everything before it, under a header whose
/// length ends with it, whatever follows.
Bytes integrity_input(ByteView message, std::size_t offset) {
  Bytes covered = to_bytes(message.first(offset));
  const std::size_t length = offset + kIntegritySize - kStunHeaderSize;
  covered[2] = static_cast<std::uint8_t>(length >> 8);
  covered[3] = static_cast<std::uint8_t>(length);
  return covered;
}

}  // namespace

std::uint32_t crc32(ByteView bytes) {
  std::uint32_t value = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) value = kCrcTable[(value ^ byte) & 0xFF] ^ value >> 8;
  return ~value;
}

std::optional<StunMessage> parse_stun(ByteView datagram) {
  if (datagram.size() > kMaxStunSize) return std::nullopt;
  StunMessage message;
  message.datagram = datagram;
  ByteReader reader(datagram);
  if (!read_header(reader, message)) return std::nullopt;
  while (reader.remaining() > 0) {
    const std::size_t offset = datagram.size() - reader.remaining();
    const std::uint16_t type = reader.u16();
    const std::uint16_t length = reader.u16();
    const Attribute attribute{type, offset, reader.bytes(length)};
    reader.skip((4 - length % 4) % 4);
    if (!reader.ok() || !read_attribute(attribute, message)) return std::nullopt;
  }
  return message;
}

bool verify_integrity(const StunMessage& message, ByteView key, const HmacSha1& hmac) {
  if (!message.integrity_offset) return false;
  const std::size_t offset = *message.integrity_offset;
  const auto digest = hmac(key, integrity_input(message.datagram, offset));
  const ByteView found = message.datagram.subspan(offset + kAttributeHeaderSize, digest.size());
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < digest.size(); ++i)
    difference = static_cast<std::uint8_t>(difference | (digest[i] ^ found[i]));
  return difference == 0;
}

StunWriter::StunWriter(StunClass message_class, std::uint16_t method,
                       const StunTransactionId& transaction_id)
    : transaction_id_(transaction_id) {
  assert(method < 0x1000);
  const auto bits = static_cast<unsigned>(message_class);
  const unsigned type = (method & 0x000Fu) | (method & 0x0070u) << 1 | (method & 0x0F80u) << 2 |
                        (bits & 1) << 4 | (bits & 2) << 7;
  writer_.u16(static_cast<std::uint16_t>(type));
  writer_.u16(0);
  writer_.u32(kMagicCookie);
  writer_.bytes(transaction_id);
}

void StunWriter::attribute(std::uint16_t type, ByteView value) {
  writer_.u16(type);
  writer_.u16(static_cast<std::uint16_t>(value.size()));
  writer_.bytes(value);
  while (writer_.size() % 4 != 0) writer_.u8(0);
}

void StunWriter::set_length(std::size_t bytes_to_come) {
  const std::size_t length = writer_.size() + bytes_to_come - kStunHeaderSize;
  assert(length + kStunHeaderSize <= kMaxStunSize);
  writer_.patch_u16(2, static_cast<std::uint16_t>(length));
}

StunWriter& StunWriter::username(std::string_view name) {
  assert(name.size() <= kMaxStunUsername);
  attribute(kUsername, as_bytes(name));
  return *this;
}

StunWriter& StunWriter::xor_mapped_address(const SocketAddress& address) {
  const ByteView octets = address.ip.octets();
  const auto mask = address_mask(transaction_id_);
  ByteWriter value;
  value.u8(0);
  value.u8(address.ip.family == IpFamily::v4 ? 1 : 2);
  value.u16(static_cast<std::uint16_t>(address.port ^ (kMagicCookie >> 16)));
  for (std::size_t i = 0; i < octets.size(); ++i) value.u8(octets[i] ^ mask[i]);
  attribute(kXorMappedAddress, value.view());
  return *this;
}

StunWriter& StunWriter::error(const StunErrorCode& error) {
  assert(error.code >= 300 && error.code <= 699 && error.reason.size() <= kMaxStunReason);
  ByteWriter value;
  value.u16(0);
  value.u8(static_cast<std::uint8_t>(error.code / 100));
  value.u8(static_cast<std::uint8_t>(error.code % 100));
  value.bytes(as_bytes(error.reason));
  attribute(kErrorCode, value.view());
  return *this;
}

StunWriter& StunWriter::unknown_attributes(std::span<const std::uint16_t> types) {
  ByteWriter value;
  for (const std::uint16_t type : types) value.u16(type);
  attribute(kUnknownAttributes, value.view());
  return *this;
}

StunWriter& StunWriter::priority(std::uint32_t value) {
  ByteWriter bytes;
  bytes.u32(value);
  attribute(kPriority, bytes.view());
  return *this;
}

StunWriter& StunWriter::use_candidate() {
  attribute(kUseCandidate, {});
  return *this;
}

StunWriter& StunWriter::ice_controlled(std::uint64_t tie_breaker) {
  ByteWriter bytes;
  bytes.u64(tie_breaker);
  attribute(kIceControlled, bytes.view());
  return *this;
}

StunWriter& StunWriter::ice_controlling(std::uint64_t tie_breaker) {
  ByteWriter bytes;
  bytes.u64(tie_breaker);
  attribute(kIceControlling, bytes.view());
  return *this;
}

StunWriter& StunWriter::software(std::string_view name) {
  assert(name.size() <= kMaxStunReason);
  attribute(kSoftware, as_bytes(name));
  return *this;
}

Bytes StunWriter::finish(ByteView key, const HmacSha1& hmac) {
  set_length(kIntegritySize);
  const HmacSha1Digest digest = hmac(key, writer_.view());
  attribute(kMessageIntegrity, digest);
  return finish();
}

Bytes StunWriter::finish() {
  set_length(kFingerprintSize);
  ByteWriter value;
  value.u32(crc32(writer_.view()) ^ kFingerprintXor);
  attribute(kFingerprint, value.view());
  return writer_.take();
}

}  // namespace parley::wire
