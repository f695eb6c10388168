#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

/// STUN messages as ICE uses them: RFC 8489 (the format), RFC 8445 §16.1 (the ICE attributes).
namespace parley::wire {

using StunTransactionId = std::array<std::uint8_t, 12>;
using HmacSha1Digest = std::array<std::uint8_t, 20>;
/// HMAC-SHA1 of `data` under `key`; passed in, because wire/ knows no cryptography.
using HmacSha1 = std::function<HmacSha1Digest(ByteView key, ByteView data)>;

enum class StunClass : std::uint8_t { request, indication, success, error };

/// RFC 8489 §18.3: 12 bits. Others than `kStunBinding` parse too, the caller decides.
inline constexpr std::uint16_t kStunBinding = 0x001;

inline constexpr std::size_t kStunHeaderSize = 20;
/// Larger messages are refused: twice what ICE ever sends, and one Ethernet frame.
inline constexpr std::size_t kMaxStunSize = 1500;
/// More unknown comprehension-required attributes than this are not listed (a 420 names some of
/// them).
inline constexpr std::size_t kMaxUnknownStunAttributes = 16;
/// RFC 8489 §14.3 and §14.8: fewer than 509 bytes (128 characters for the reason, so 763 bytes).
inline constexpr std::size_t kMaxStunUsername = 508;
inline constexpr std::size_t kMaxStunReason = 763;

/// RFC 8489 §14.8 and §18.5, RFC 8445 §16.2: the codes an ICE agent sends.
inline constexpr std::uint16_t kStunUnauthenticated = 401;
inline constexpr std::uint16_t kStunUnknownAttribute = 420;
inline constexpr std::uint16_t kStunRoleConflict = 487;

struct StunErrorCode {
  std::uint16_t code = 0;  ///< 300 to 699
  std::string_view reason;

  friend bool operator==(const StunErrorCode&, const StunErrorCode&) = default;
};

/// One parsed message; everything in it looks into the datagram it was parsed from. Of attributes
/// that come twice the first wins (RFC 8489 §14). What follows MESSAGE-INTEGRITY, FINGERPRINT
/// apart, is ignored (§14.5).
struct StunMessage {
  ByteView datagram;
  StunClass message_class = StunClass::request;
  std::uint16_t method = kStunBinding;
  StunTransactionId transaction_id{};

  std::optional<std::string_view> username;
  std::optional<SocketAddress> xor_mapped_address;
  std::optional<StunErrorCode> error;
  std::optional<std::uint32_t> priority;
  std::optional<std::uint64_t> ice_controlled;
  std::optional<std::uint64_t> ice_controlling;
  std::optional<std::string_view> software;
  bool use_candidate = false;
  /// The list inside an UNKNOWN-ATTRIBUTES attribute of a 420 answer.
  std::vector<std::uint16_t> unknown_attributes;
  /// Comprehension-required types of this message that we don't know (§5): a request that has any
  /// is answered with a 420 that lists them, anything else is dropped.
  std::vector<std::uint16_t> unknown_required;

  /// Where the MESSAGE-INTEGRITY attribute starts in `datagram`.
  std::optional<std::size_t> integrity_offset;
  /// True when FINGERPRINT is there; its value was checked by the parser.
  bool fingerprint = false;
};

/// nullopt for anything that is not exactly one well-formed STUN message: wrong cookie, a length
/// that disagrees with the datagram, an attribute that passes the end or has a wrong size, a
/// FINGERPRINT that does not match or is not last.
std::optional<StunMessage> parse_stun(ByteView datagram);

/// Whether MESSAGE-INTEGRITY is there and right under `key` (RFC 8489 §14.5; the short-term key is
/// the ICE password itself, §9.1.1). Compares in constant time.
bool verify_integrity(const StunMessage& message, ByteView key, const HmacSha1& hmac);

/// Builds one message. Attributes are written in the order of the calls; `finish` closes it.
class StunWriter {
 public:
  StunWriter(StunClass message_class, std::uint16_t method,
             const StunTransactionId& transaction_id);

  /// At most kMaxStunUsername bytes.
  StunWriter& username(std::string_view name);
  StunWriter& xor_mapped_address(const SocketAddress& address);
  /// A code of 300 to 699 and a reason of at most kMaxStunReason bytes.
  StunWriter& error(const StunErrorCode& error);
  StunWriter& unknown_attributes(std::span<const std::uint16_t> types);
  StunWriter& priority(std::uint32_t value);
  StunWriter& use_candidate();
  StunWriter& ice_controlled(std::uint64_t tie_breaker);
  StunWriter& ice_controlling(std::uint64_t tie_breaker);
  StunWriter& software(std::string_view name);

  /// Adds MESSAGE-INTEGRITY under `key` and FINGERPRINT.
  Bytes finish(ByteView key, const HmacSha1& hmac);
  /// Adds FINGERPRINT only: an answer to a request that could not be authenticated.
  Bytes finish();

 private:
  void attribute(std::uint16_t type, ByteView value);
  void set_length(std::size_t bytes_to_come);

  ByteWriter writer_;
  StunTransactionId transaction_id_;
};

/// CRC-32 of ISO 3309 as FINGERPRINT uses it (RFC 8489 §14.7), without the final exclusive-or.
std::uint32_t crc32(ByteView bytes);

}  // namespace parley::wire
