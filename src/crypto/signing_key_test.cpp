#include "crypto/signing_key.hpp"

#include <gtest/gtest.h>

#include "crypto/certificate.hpp"

namespace parley::crypto {
namespace {

using enum SignatureAlgorithm;

class EveryAlgorithm : public testing::TestWithParam<SignatureAlgorithm> {};

TEST_P(EveryAlgorithm, VerifiesWhatItSignedAndNothingElse) {
  const SigningKey key = SigningKey::generate(GetParam());
  Bytes signature = key.sign(as_bytes("header.claims"));
  const PublicKey reader = key.public_key();
  EXPECT_TRUE(reader.verify(GetParam(), as_bytes("header.claims"), signature));
  EXPECT_FALSE(reader.verify(GetParam(), as_bytes("header.Claims"), signature));
  signature[10] ^= 1;
  EXPECT_FALSE(reader.verify(GetParam(), as_bytes("header.claims"), signature));
  EXPECT_FALSE(reader.verify(GetParam(), as_bytes("header.claims"), {}));
}

TEST_P(EveryAlgorithm, SurvivesPkcs8AndSpki) {
  const SigningKey key = SigningKey::generate(GetParam());
  const auto again = SigningKey::from_pkcs8_der(key.pkcs8_der());
  ASSERT_TRUE(again);
  const auto reader = PublicKey::from_spki_der(key.public_key().spki_der());
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->verify(again->algorithm(), as_bytes("x"), again->sign(as_bytes("x"))));
  Bytes longer = key.pkcs8_der();
  longer.push_back(0);
  EXPECT_FALSE(SigningKey::from_pkcs8_der(longer));
}

INSTANTIATE_TEST_SUITE_P(All, EveryAlgorithm, testing::Values(rs256, ps256, es256));

TEST(SigningKey, MakesRawSignaturesForEs256) {
  const SigningKey key = SigningKey::generate(es256);
  // A DER signature's length varies with its leading bytes; the raw form never does.
  for (int i = 0; i < 50; ++i) EXPECT_EQ(key.sign(as_bytes("x")).size(), 64u);
}

TEST(PublicKey, TakesNoAlgorithmOfAnotherKeyTypeOrPadding) {
  const SigningKey rsa = SigningKey::generate(rs256);
  const SigningKey ec = SigningKey::generate(es256);
  const Bytes signature = rsa.sign(as_bytes("x"));
  EXPECT_FALSE(rsa.public_key().verify(ps256, as_bytes("x"), signature));
  EXPECT_FALSE(rsa.public_key().verify(es256, as_bytes("x"), signature));
  EXPECT_FALSE(ec.public_key().verify(rs256, as_bytes("x"), signature));
}

TEST(PublicKey, PrintsItselfAsJwk) {
  const Jwk rsa = SigningKey::generate(rs256).public_key().jwk();
  EXPECT_EQ(rsa.kty, "RSA");
  EXPECT_EQ(rsa.e, "AQAB");
  EXPECT_EQ(from_base64url(rsa.n)->size(), 256u);
  EXPECT_EQ(rsa.crv + rsa.x + rsa.y, "");
  const Jwk ec = SigningKey::generate(es256).public_key().jwk();
  EXPECT_EQ(ec.kty + ec.crv, "ECP-256");
  EXPECT_EQ(from_base64url(ec.x)->size(), 32u);
  EXPECT_EQ(from_base64url(ec.y)->size(), 32u);
}

TEST(PublicKey, VerifiesTheEs256ExampleOfRfc7515) {
  // RFC 7515 appendix A.3; the SubjectPublicKeyInfo is the P-256 prefix and the example's x and y.
  Bytes spki = *from_hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
  for (const char* coordinate : {"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                                 "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}) {
    const Bytes bytes = *from_base64url(coordinate);
    spki.insert(spki.end(), bytes.begin(), bytes.end());
  }
  const auto key = PublicKey::from_spki_der(spki);
  ASSERT_TRUE(key);
  const auto signature = from_base64url(
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  EXPECT_TRUE(
      key->verify(es256,
                  as_bytes("eyJhbGciOiJFUzI1NiJ9."
                           "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                           "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"),
                  *signature));
}

TEST(PublicKey, RefusesSmallRsaKeysAndOtherCurves) {
  // A 1024-bit RSA key and a P-384 key.
  EXPECT_FALSE(PublicKey::from_spki_der(
      *from_hex("30819f300d06092a864886f70d010101050003818d0030818902818100c503895abe1dfd0df142108c"
                "2a11cd5e083ca33eb15947c11f4215432bf7a58c3456bd038de666de9c7ff8bc156e741a883420d7af"
                "b1808697a2a78ae42e220ee1f9005de40f05cc6af4f84edb67fe538ddaefc872e40c8a73c8eb8dd4bf"
                "a5e2ed067316a2c1d0d4607659b16d392cc4b54d94132ba8de4145a5730ae3863f470203010001")));
  EXPECT_FALSE(PublicKey::from_spki_der(
      *from_hex("3076301006072a8648ce3d020106052b810400220362000458c256a34d21efcd1cd10f39f1f522b256"
                "790beeb3f7529d200b152491a123fb179a93beb802c25585b812d0faee7f4d412bca43f86400558818"
                "a54340c27927caa31a708c37df671c2c18b937b7d65e106e94f814a0b9cd317864f2954a5634")));
  EXPECT_FALSE(PublicKey::from_spki_der({}));
}

TEST(PublicKey, ComesOutOfACertificate) {
  const PemPair ca = make_ca({.now = {}});
  const auto der = certificate_der_from_pem(ca.certificate);
  ASSERT_TRUE(der);
  const auto from_pem = PublicKey::from_certificate_pem(ca.certificate);
  const auto from_der = PublicKey::from_certificate_der(*der);
  ASSERT_TRUE(from_pem && from_der);
  EXPECT_EQ(from_pem->spki_der(), from_der->spki_der());
  EXPECT_FALSE(PublicKey::from_certificate_pem("-----BEGIN CERTIFICATE-----"));
}

}  // namespace
}  // namespace parley::crypto
