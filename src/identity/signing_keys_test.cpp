#include "identity/signing_keys.hpp"

#include "identity/identity_test_support.hpp"

namespace parley::identity {
namespace {

using crypto::SignatureAlgorithm;
using std::chrono::hours;

model::SigningKeyRecord ec_record(UtcTime created, std::optional<UtcTime> retired = {}) {
  model::SigningKeyRecord record = make_signing_key(created, SignatureAlgorithm::es256);
  record.retired = retired;
  return record;
}

TEST(SigningKeys, JwksHasThePublicPartOnly) {
  const auto ec = ec_record(kTestNow + hours(1));
  const SigningKeys keys = SigningKeys::from({ec, test_token_key()});
  const model::Json jwks = keys.jwks(kTestNow);
  const auto& list = jwks.at("keys").as_array();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].at("kid").as_string(), test_token_key().kid);
  EXPECT_EQ(list[0].at("kty").as_string(), "RSA");
  EXPECT_EQ(list[0].at("alg").as_string(), "RS256");
  EXPECT_EQ(list[0].at("use").as_string(), "sig");
  EXPECT_EQ(list[1].at("crv").as_string(), "P-256");
  for (const auto& key : list) {
    for (const char* const secret : {"d", "p", "q", "dp", "dq", "qi", "k"}) {
      EXPECT_FALSE(key.as_object().contains(secret)) << secret;
    }
  }
}

TEST(SigningKeys, UnusableRecordsAreToldAndLeftOut) {
  model::SigningKeyRecord damaged = ec_record(kTestNow);
  damaged.kid = "damaged";
  damaged.pkcs8_der.resize(10);
  model::SigningKeyRecord mislabelled = ec_record(kTestNow);
  mislabelled.kid = "mislabelled";
  mislabelled.algorithm = "RS256";
  const SigningKeys keys = SigningKeys::from({damaged, mislabelled});
  EXPECT_EQ(keys.unusable(), (std::vector<std::string>{"damaged", "mislabelled"}));
  EXPECT_EQ(keys.active(kTestNow), nullptr);
}

std::shared_ptr<const Directory> announce(const Directory& directory, UtcTime now) {
  return directory.with(announce_signing_key(
      directory.signing_key_records(), make_signing_key(now, SignatureAlgorithm::es256), now));
}

TEST(SigningKeys, RotationAnnouncesThenSwitchesThenForgets) {
  model::DirectoryRecords records;
  records.signing_keys = {ec_record(kTestNow)};
  const std::string old_kid = records.signing_keys[0].kid;
  const auto announced = kTestNow + hours(10);
  auto directory = announce(*Directory::from(records), announced);
  const SigningKeys& keys = directory->keys();
  ASSERT_EQ(keys.all().size(), 2u);
  const std::string new_kid = keys.all()[1].kid;
  EXPECT_EQ(keys.active(announced)->kid, old_kid);
  EXPECT_NE(keys.find(new_kid, announced), nullptr) << "published before it signs";
  EXPECT_EQ(keys.active(announced + hours(3))->kid, new_kid);
  EXPECT_NE(keys.find(old_kid, announced + hours(27)), nullptr) << "its tokens may live";
  EXPECT_EQ(keys.find(old_kid, announced + hours(28)), nullptr);
  EXPECT_EQ(keys.jwks(announced + hours(28)).at("keys").as_array().size(), 1u);

  EXPECT_TRUE(
      erase_old_signing_keys(directory->signing_key_records(), announced + hours(27)).empty());
  directory = directory->with(
      erase_old_signing_keys(directory->signing_key_records(), announced + hours(28)));
  ASSERT_EQ(directory->keys().all().size(), 1u);
  EXPECT_EQ(directory->keys().all()[0].kid, new_kid);
}

TEST(SigningKeys, OneIsDueWhenNoneIsYoungEnough) {
  constexpr Duration kLifetime = hours(100);
  EXPECT_EQ(due_signing_key({}, kTestNow, kLifetime), SignatureAlgorithm::rs256);
  const std::vector<model::SigningKeyRecord> one{ec_record(kTestNow)};
  EXPECT_EQ(due_signing_key(one, kTestNow + hours(99), kLifetime), std::nullopt);
  EXPECT_EQ(due_signing_key(one, kTestNow + hours(100), kLifetime), SignatureAlgorithm::es256);
  const auto directory = announce(*Directory::from({.signing_keys = one}), kTestNow + hours(100));
  EXPECT_EQ(due_signing_key(directory->signing_key_records(), kTestNow + hours(101), kLifetime),
            std::nullopt);
}

}  // namespace
}  // namespace parley::identity
