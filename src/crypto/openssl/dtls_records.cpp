#include "crypto/openssl/dtls_records.hpp"

#include <algorithm>

#include "crypto/dtls_session.hpp"

namespace parley::crypto {
namespace {

constexpr std::size_t kRecordHeader = 13;
constexpr std::uint8_t kHandshake = 22;
constexpr std::size_t kFragmentHeader = 12;
constexpr std::size_t kNonceAndTag = 8 + 16;

std::size_t u24(ByteView bytes) {
  return std::size_t{bytes[0]} << 16 | std::size_t{bytes[1]} << 8 | bytes[2];
}

/// What a record of the handshake holds: one fragment after the other.
bool are_fragments(ByteView body) {
  do {
    if (body.size() < kFragmentHeader) return false;
    const std::size_t message = u24(body.subspan(1));
    const std::size_t offset = u24(body.subspan(6));
    const std::size_t length = u24(body.subspan(9));
    body = body.subspan(kFragmentHeader);
    if (message > kMaxDtlsHandshakeMessage || offset + length > message) return false;
    if (length > body.size() || (length == 0 && message > 0)) return false;
    body = body.subspan(length);
  } while (!body.empty());
  return true;
}

}  // namespace

bool holds_absurd_record(ByteView datagram) {
  while (datagram.size() >= kRecordHeader) {
    const bool is_protected = datagram[3] != 0 || datagram[4] != 0;
    const std::uint8_t type = datagram[0];
    const std::size_t length = std::size_t{datagram[11]} << 8 | datagram[12];
    datagram = datagram.subspan(kRecordHeader);
    const ByteView body = datagram.first(std::min(datagram.size(), length));
    if (is_protected && length < kNonceAndTag) return true;
    if (!is_protected && type == kHandshake && !are_fragments(body)) return true;
    datagram = datagram.subspan(body.size());
  }
  return false;
}

}  // namespace parley::crypto
