#include "crypto/certificate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/signing_key.hpp"

namespace parley::crypto {
namespace {

const Now kNow{.utc = UtcTime(std::chrono::milliseconds(1'790'000'000'000))};

bool contains(ByteView bytes, ByteView part) {
  return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end();
}

TEST(Certificate, IsFreshEachTimeAndKnownByItsFingerprint) {
  const Certificate a = Certificate::generate_self_signed(kNow);
  const Certificate b = Certificate::generate_self_signed(kNow);
  EXPECT_NE(a.sha256_fingerprint(), b.sha256_fingerprint());
  EXPECT_EQ(a.sha256_fingerprint(), sha256(a.der()));
  EXPECT_EQ(certificate_thumbprint(a.der()), a.sha256_fingerprint());
  const auto key = PublicKey::from_certificate_der(a.der());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->jwk().crv, "P-256");
}

TEST(Certificate, TakesItsDatesFromTheClockItIsGiven) {
  // 1,790,000,000 s is 2026-09-21 14:13:20 UTC; valid from the day before, for a year.
  const Bytes der = Certificate::generate_self_signed(kNow).der();
  EXPECT_TRUE(contains(der, as_bytes("260920141320Z")));
  EXPECT_TRUE(contains(der, as_bytes("270921141320Z")));
}

TEST(ServerCertificate, NamesWhatItIsFor) {
  const PemPair ca = make_ca({.now = kNow});
  const auto pair = make_server_certificate(
      ca, {.now = kNow,
           .dns_names = {"localhost", "calls.example.com"},
           .ip_addresses = {IpAddress::v4(127, 0, 0, 1), *IpAddress::parse("::1")}});
  ASSERT_TRUE(pair);
  const auto der = certificate_der_from_pem(pair->certificate);
  ASSERT_TRUE(der);
  EXPECT_TRUE(contains(*der, as_bytes("\x82\tlocalhost")));
  EXPECT_TRUE(contains(*der, as_bytes("\x82\x11"
                                      "calls.example.com")));
  EXPECT_TRUE(contains(*der, *from_hex("87047f000001")));
  EXPECT_TRUE(contains(*der, *from_hex("871000000000000000000000000000000001")));
  EXPECT_TRUE(pair->key.starts_with("-----BEGIN PRIVATE KEY-----"));
}

TEST(ServerCertificate, RefusesABrokenCaAndStrangeNames) {
  const PemPair ca = make_ca({.now = kNow});
  const PemPair other = make_ca({.now = kNow});
  EXPECT_FALSE(make_server_certificate({ca.certificate, other.key}, {.now = kNow}));
  EXPECT_FALSE(make_server_certificate({"", ca.key}, {.now = kNow}));
  EXPECT_FALSE(make_server_certificate({ca.certificate, "x"}, {.now = kNow}));
  EXPECT_FALSE(make_server_certificate(ca, {.now = kNow,
                                            .dns_names = {"b\xC3\xBC"
                                                          "cher.example"}}));
}

TEST(CertificateDerFromPem, RefusesWhatIsNone) {
  EXPECT_FALSE(certificate_der_from_pem(""));
  EXPECT_FALSE(certificate_der_from_pem(make_ca({.now = kNow}).key));
}

}  // namespace
}  // namespace parley::crypto
