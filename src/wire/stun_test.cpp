#include "wire/stun.hpp"

#include <gtest/gtest.h>

#include <bit>

namespace parley::wire {
namespace {

/// SHA-1 (FIPS 180-4), here only: wire/ is tested without a crypto library.
HmacSha1Digest sha1(ByteView data) {
  std::array<std::uint32_t, 5> h{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  ByteWriter padded;
  padded.bytes(data);
  padded.u8(0x80);
  while (padded.size() % 64 != 56) padded.u8(0);
  padded.u64(data.size() * 8);
  ByteReader reader(padded.view());
  while (reader.remaining() > 0) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < 80; ++i)
      w[i] = i < 16 ? reader.u32() : std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto [a, b, c, d, e] = h;
    for (std::size_t i = 0; i < 80; ++i) {
      std::uint32_t f = b ^ c ^ d;
      if (i < 20) f = (b & c) | (~b & d);
      if (i >= 40 && i < 60) f = (b & c) | (b & d) | (c & d);
      constexpr std::array<std::uint32_t, 4> k{0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
      const std::uint32_t next = std::rotl(a, 5) + f + e + k[i / 20] + w[i];
      e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
    }
    h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
  }
  ByteWriter out;
  for (const std::uint32_t word : h) out.u32(word);
  HmacSha1Digest digest{};
  std::copy(out.view().begin(), out.view().end(), digest.begin());
  return digest;
}

HmacSha1Digest hmac_sha1(ByteView key, ByteView data) {
  Bytes inner(64, 0x36);
  Bytes outer(64, 0x5C);
  for (std::size_t i = 0; i < key.size(); ++i) inner[i] ^= key[i], outer[i] ^= key[i];
  inner.insert(inner.end(), data.begin(), data.end());
  const auto first = sha1(inner);
  outer.insert(outer.end(), first.begin(), first.end());
  return sha1(outer);
}

// RFC 5769 §2.1 to §2.3.
constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr std::string_view kHeaderId = "2112a442b7e7a701bc34d686fa87dfae";
const std::string kRequest = "00010058" + std::string(kHeaderId) +
                             "802200105354554e207465737420636c69656e74"
                             "002400046e0001ff"
                             "80290008932ff9b151263b36"
                             "000600096576746a3a68367659202020"
                             "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
                             "80280004e57a3bcf";
const std::string kResponseV4 = "0101003c" + std::string(kHeaderId) +
                                "8022000b7465737420766563746f7220"
                                "002000080001a147e112a643"
                                "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
                                "80280004c07d4c96";
const std::string kResponseV6 = "01010048" + std::string(kHeaderId) +
                                "8022000b7465737420766563746f7220"
                                "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
                                "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
                                "80280004c8fb0b4c";

constexpr StunTransactionId kId{0xB7, 0xE7, 0xA7, 0x01, 0xBC, 0x34,
                                0xD6, 0x86, 0xFA, 0x87, 0xDF, 0xAE};

TEST(Stun, ReadsTheSampleRequestOfRfc5769) {
  const Bytes bytes = from_hex(kRequest).value();
  const auto message = parse_stun(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message_class, StunClass::request);
  EXPECT_EQ(message->method, kStunBinding);
  EXPECT_EQ(message->transaction_id, kId);
  EXPECT_EQ(message->software, "STUN test client");
  EXPECT_EQ(message->priority, 0x6E0001FFu);
  EXPECT_EQ(message->ice_controlled, 0x932FF9B151263B36u);
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_TRUE(message->fingerprint);
  EXPECT_FALSE(message->use_candidate);
  EXPECT_TRUE(message->unknown_required.empty());
  EXPECT_TRUE(verify_integrity(*message, as_bytes(kPassword), hmac_sha1));
  EXPECT_FALSE(verify_integrity(*message, as_bytes("another"), hmac_sha1));
}

TEST(Stun, ReadsTheSampleResponsesOfRfc5769) {
  const std::pair<std::string, std::string_view> samples[] = {
      {kResponseV4, "192.0.2.1:32853"},
      {kResponseV6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"}};
  for (const auto& [hex, address] : samples) {
    const Bytes bytes = from_hex(hex).value();
    const auto message = parse_stun(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->message_class, StunClass::success);
    EXPECT_EQ(message->software, "test vector");
    ASSERT_TRUE(message->xor_mapped_address);
    EXPECT_EQ(message->xor_mapped_address->text(), address);
    EXPECT_TRUE(verify_integrity(*message, as_bytes(kPassword), hmac_sha1));
  }
}

TEST(Stun, WritesWhatItReads) {
  const auto address = SocketAddress::parse("[2001:db8::7]:40000").value();
  const std::uint16_t types[] = {0x0033, 0x0034};
  StunWriter writer(StunClass::error, kStunBinding, kId);
  writer.username("a:b").error({kStunRoleConflict, "Role Conflict"}).unknown_attributes(types);
  writer.xor_mapped_address(address).priority(7).use_candidate().software("parley");
  writer.ice_controlling(1).ice_controlled(2);
  const Bytes bytes = writer.finish(as_bytes(kPassword), hmac_sha1);
  const auto message = parse_stun(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message_class, StunClass::error);
  EXPECT_EQ(message->username, "a:b");
  EXPECT_EQ(message->error, (StunErrorCode{487, "Role Conflict"}));
  EXPECT_EQ(message->unknown_attributes, (std::vector<std::uint16_t>{0x0033, 0x0034}));
  EXPECT_EQ(message->xor_mapped_address, address);
  EXPECT_EQ(message->priority, 7u);
  EXPECT_TRUE(message->use_candidate);
  EXPECT_EQ(message->software, "parley");
  EXPECT_EQ(message->ice_controlling, 1u);
  EXPECT_EQ(message->ice_controlled, 2u);
  EXPECT_TRUE(message->fingerprint);
  EXPECT_TRUE(verify_integrity(*message, as_bytes(kPassword), hmac_sha1));
}

TEST(Stun, WritesTheBytesOfTheSampleResponse) {
  StunWriter writer(StunClass::success, kStunBinding, kId);
  const Bytes bytes = writer.xor_mapped_address(SocketAddress::parse("192.0.2.1:32853").value())
                          .finish(as_bytes(kPassword), hmac_sha1);
  EXPECT_EQ(to_hex(ByteView(bytes).subspan(20, 12)), "002000080001a147e112a643");
}

TEST(Stun, KeepsEveryMethodAndClass) {
  for (std::uint16_t method = 0; method < 0x1000; ++method) {
    for (const auto message_class :
         {StunClass::request, StunClass::indication, StunClass::success, StunClass::error}) {
      const Bytes bytes = StunWriter(message_class, method, kId).finish();
      const auto message = parse_stun(bytes);
      ASSERT_TRUE(message);
      ASSERT_EQ(message->method, method);
      ASSERT_EQ(message->message_class, message_class);
    }
  }
}

TEST(Stun, RefusesEveryTruncationAndEveryFlippedBit) {
  const Bytes whole = from_hex(kRequest).value();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse_stun(ByteView(whole).first(size))) << size;
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1u << bit % 8);
    const auto message = parse_stun(flipped);
    // The last chance is a flip that hides the FINGERPRINT's type: then the integrity still
    // decides.
    if (message && message->fingerprint) ADD_FAILURE() << "bit " << bit;
  }
}

/// A message of the given attributes (hex), with a right length and no FINGERPRINT.
Bytes message_of(std::string_view attributes) {
  const Bytes body = from_hex(attributes).value();
  ByteWriter writer;
  writer.u16(0x0001);
  writer.u16(static_cast<std::uint16_t>(body.size()));
  writer.bytes(from_hex(kHeaderId).value());
  writer.bytes(body);
  return writer.take();
}

TEST(Stun, RefusesMalformedAttributes) {
  for (const std::string_view attributes : {
           "00240008000000010000",             // the value passes the end
           "0024000300000100",                 // PRIORITY of three bytes
           "0025000400000000",                 // USE-CANDIDATE with a value
           "8029000400000000",                 // a tie-breaker of four bytes
           "002000080003a147e112a643",         // an address family that does not exist
           "002000080002a147e112a643",         // IPv6 in four bytes
           "0008000400000000",                 // MESSAGE-INTEGRITY of four bytes
           "0009000400000200",                 // ERROR-CODE 200
           "0009000400000464",                 // ERROR-CODE 4 hundreds and 100
           "000a000300010000",                 // UNKNOWN-ATTRIBUTES of three bytes
           "80280004000000000025000000000000"  // FINGERPRINT not last
       })
    EXPECT_FALSE(parse_stun(message_of(attributes))) << attributes;
}

TEST(Stun, RefusesAWrongHeader) {
  const Bytes whole = message_of("");
  ASSERT_TRUE(parse_stun(whole));
  for (const std::size_t offset : {0u, 3u, 4u}) {
    Bytes wrong = whole;
    wrong[offset] = static_cast<std::uint8_t>(wrong[offset] ^ 0x40);
    EXPECT_FALSE(parse_stun(wrong)) << offset;
  }
}

TEST(Stun, IgnoresWhatFollowsTheIntegrity) {
  const std::string integrity = "00080014" + std::string(40, '0');
  const Bytes bytes = message_of(integrity +
                                 "00240004000000017fff00000025000000060004"
                                 "61626364");
  const auto message = parse_stun(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->integrity_offset, 20u);
  EXPECT_FALSE(message->priority);
  EXPECT_FALSE(message->use_candidate);
  EXPECT_FALSE(message->username);
  EXPECT_TRUE(message->unknown_required.empty());
  EXPECT_FALSE(verify_integrity(*message, as_bytes(kPassword), hmac_sha1));
}

TEST(Stun, TheFirstOfTwoAttributesWins) {
  const Bytes bytes = message_of(
      "00240004000000010024000400000002"
      "0006000161000000"
      "0006000162000000");
  const auto message = parse_stun(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->priority, 1u);
  EXPECT_EQ(message->username, "a");
}

TEST(Stun, ListsUnknownRequiredAttributesOnceAndAtMostSixteen) {
  Bytes bytes = message_of(
      "7fff0000"
      "7fff0000"
      "00330000"
      "80ff0000"
      "c0570000");
  auto message = parse_stun(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->unknown_required, (std::vector<std::uint16_t>{0x7FFF, 0x0033}));
  std::string many;
  for (int i = 0; i < 40; ++i) many += to_hex(Bytes{0x70, static_cast<std::uint8_t>(i), 0, 0});
  bytes = message_of(many);
  message = parse_stun(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->unknown_required.size(), kMaxUnknownStunAttributes);
}

TEST(Stun, RefusesMoreThanTheLargestMessageAndTheLongestName) {
  const auto with_username = [](std::size_t size) {
    ByteWriter attribute;
    attribute.u16(0x0006);
    attribute.u16(static_cast<std::uint16_t>(size));
    attribute.bytes(Bytes(size, 'a'));
    while (attribute.size() % 4 != 0) attribute.u8(0);
    return message_of(to_hex(attribute.view()));
  };
  EXPECT_TRUE(parse_stun(with_username(kMaxStunUsername)));
  EXPECT_FALSE(parse_stun(with_username(kMaxStunUsername + 1)));
  const auto filled_to = [](std::size_t size) {
    std::string fill;
    for (std::size_t i = kStunHeaderSize; i < size; i += 4) fill += "80ff0000";
    return message_of(fill);
  };
  EXPECT_TRUE(parse_stun(filled_to(kMaxStunSize)));
  EXPECT_FALSE(parse_stun(filled_to(kMaxStunSize + 4)));
}

TEST(Crc32, MatchesTheCheckValue) {
  EXPECT_EQ(crc32(as_bytes("123456789")), 0xCBF43926u);
}

}  // namespace
}  // namespace parley::wire
