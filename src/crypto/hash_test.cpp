#include "crypto/hash.hpp"

#include <gtest/gtest.h>

#include "crypto/system_random.hpp"

namespace parley::crypto {
namespace {

TEST(Hash, KnowsTheExamplesOfFips180) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha1(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(Hmac, KnowsTheVectorsOfRfc2202AndRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha1(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hmac, TakesAnEmptyKey) {
  EXPECT_EQ(to_hex(hmac_sha1({}, {})), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
  EXPECT_EQ(to_hex(hmac_sha256({}, {})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(EqualInConstantTime, ComparesLengthAndBytes) {
  EXPECT_TRUE(equal_in_constant_time(as_bytes("secret"), as_bytes("secret")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("secret"), as_bytes("secreT")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("secret"), as_bytes("secre")));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
}

TEST(Scrypt, KnowsTheVectorsOfRfc7914) {
  EXPECT_EQ(to_hex(scrypt("", {}, {16, 1, 1}, 64)),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
            "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  EXPECT_EQ(to_hex(scrypt("password", as_bytes("NaCl"), {1024, 8, 16}, 64)),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
}

TEST(Scrypt, RefusesCostsThatAreInvalidOrTooDear) {
  EXPECT_EQ(scrypt("p", as_bytes("s"), {}, 32).size(), 32u);
  EXPECT_TRUE(scrypt("p", as_bytes("s"), {.n = 1000}, 32).empty());
  EXPECT_TRUE(scrypt("p", as_bytes("s"), {.n = 0}, 32).empty());
  EXPECT_TRUE(scrypt("p", as_bytes("s"), {.r = 0}, 32).empty());
  EXPECT_EQ(scrypt("p", as_bytes("s"), {.n = 65536}, 32).size(), 32u);
  EXPECT_TRUE(scrypt("p", as_bytes("s"), {.n = 131072}, 32).empty());
  EXPECT_TRUE(scrypt("p", as_bytes("s"), {.n = 2, .p = 0xFFFFFFFF}, 32).empty());
}

TEST(SystemRandom, DoesNotRepeat) {
  SystemRandom random;
  EXPECT_NE(random.u64(), random.u64());
}

}  // namespace
}  // namespace parley::crypto
