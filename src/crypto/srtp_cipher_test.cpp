#include "crypto/srtp_cipher.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::crypto {
namespace {

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(std::string_view hex) {
  std::array<std::uint8_t, Size> out{};
  const Bytes bytes = *from_hex(hex);
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

TEST(AesCounter, MakesTheKeyStreamOfRfc3711AppendixB2) {
  AesCounter cipher(array_of<16>("2B7E151628AED2A6ABF7158809CF4F3C"));
  Bytes data(48);
  cipher.apply(array_of<16>("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"), data);
  EXPECT_EQ(to_hex(data),
            "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab"
            "41e95b3bb0a2e8dd477901e4fca894c0");
  cipher.apply(array_of<16>("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"), data);
  EXPECT_EQ(data, Bytes(48));
}

TEST(AesGcm, OpensOnlyWhatItSealed) {
  AesGcm cipher(array_of<16>("000102030405060708090a0b0c0d0e0f"));
  const AesGcm::Nonce nonce = array_of<12>("0102030405060708090a0b0c");
  const Bytes header{1, 2, 3};
  Bytes data{9, 8, 7, 6};
  std::array<std::uint8_t, 16> tag;
  cipher.seal(nonce, {header}, data, tag);
  Bytes copy = data;
  EXPECT_TRUE(
      cipher.open(nonce, {ByteView(header).first(1), ByteView(header).subspan(1)}, copy, tag));
  EXPECT_EQ(copy, (Bytes{9, 8, 7, 6}));
  copy = data;
  EXPECT_FALSE(cipher.open(nonce, {}, copy, tag));
  copy = data;
  tag[15] ^= 1;
  EXPECT_FALSE(cipher.open(nonce, {header}, copy, tag));
}

TEST(AesGcm, TakesEmptyData) {
  // GCM specification, test case 1.
  AesGcm cipher(array_of<16>("00"));
  std::array<std::uint8_t, 16> tag;
  cipher.seal({}, {}, {}, tag);
  EXPECT_EQ(to_hex(tag), "58e2fccefa7e3061367f1d57a4e7455a");
  EXPECT_TRUE(cipher.open({}, {}, {}, tag));
}

TEST(HmacSha1, AgreesWithTheOneShotFunctionAndMayBeUsedAgain) {
  for (const std::size_t size : {0u, 20u, 64u, 65u, 200u}) {
    const Bytes key(size, 0xAA);
    const HmacSha1 mac(key);
    EXPECT_EQ(mac.digest({as_bytes("ab"), {}, as_bytes("c")}), hmac_sha1(key, as_bytes("abc")));
    EXPECT_EQ(mac.digest({as_bytes("abc")}), hmac_sha1(key, as_bytes("abc")));
  }
}

}  // namespace
}  // namespace parley::crypto
