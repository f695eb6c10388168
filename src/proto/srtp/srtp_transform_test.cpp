#include "proto/srtp/srtp_transform.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::srtp {
namespace {

/// RFC 7714 §16 and §17: one key and salt for all its examples, given as session keys.
SessionKeys rfc7714_keys() {
  SessionKeys keys;
  const Bytes key = *from_hex("000102030405060708090a0b0c0d0e0f");
  std::copy(key.begin(), key.end(), keys.encryption.begin());
  const ByteView salt = as_bytes("Quid pro quo");
  std::copy(salt.begin(), salt.end(), keys.salt.begin());
  return keys;
}

struct Example {
  Bytes plain;
  std::size_t header;
  PacketParts fixed;  ///< all but header and payload
  std::string sealed_payload_and_tag;
};

void expect_example(const Example& example) {
  const auto transform = make_transform(crypto::SrtpProfile::aead_aes_128_gcm, rfc7714_keys());
  Bytes packet = example.plain;
  Bytes tag(transform->tag_size());
  PacketParts parts = example.fixed;
  parts.header = ByteView(packet).first(example.header);
  parts.payload = MutableByteView(packet).subspan(example.header);
  transform->seal(parts, tag);
  EXPECT_EQ(to_hex(parts.payload) + to_hex(tag), example.sealed_payload_and_tag);
  EXPECT_TRUE(transform->open(parts, tag));
  EXPECT_EQ(packet, example.plain);
}

TEST(GcmTransform, SealsRtpAsInRfc7714Section16) {
  expect_example(
      {.plain = *from_hex("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976"
                          "69736120696e207061727465732074726573"),
       .header = 12,
       .fixed = {.ssrc = 0x5501A0B2,
                 .index = 0xF17B,
                 .header = {},
                 .payload = {},
                 .word = {},
                 .word_travels = false},
       .sealed_payload_and_tag =
           "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
           "899d7f27beb16a9152cf765ee4390cce"});
}

TEST(GcmTransform, SealsRtcpAsInRfc7714Section17) {
  expect_example(
      {.plain = *from_hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
                          "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"),
       .header = 8,
       .fixed = {.ssrc = 0x4D617273,
                 .index = 0x5D4,
                 .header = {},
                 .payload = {},
                 .word = {0x80, 0x00, 0x05, 0xD4},
                 .word_travels = true},
       .sealed_payload_and_tag =
           "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b468630"
           "3ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade"});
}

}  // namespace
}  // namespace parley::srtp
