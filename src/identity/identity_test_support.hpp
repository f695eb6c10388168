#pragma once

#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/hash.hpp"
#include "crypto/signing_key.hpp"
#include "identity/directory_admin.hpp"
#include "identity/identity_options.hpp"
#include "identity/jwt.hpp"
#include "identity/password.hpp"

namespace parley::identity {

inline constexpr UtcTime kTestNow{std::chrono::seconds(1'800'000'000)};

/// RSA keys are slow to make: one per test program is enough.
inline const crypto::SigningKey& test_rsa_key() {
  static const crypto::SigningKey key =
      crypto::SigningKey::generate(crypto::SignatureAlgorithm::ps256);
  return key;
}

inline const model::SigningKeyRecord& test_token_key() {
  static const model::SigningKeyRecord record = make_signing_key(kTestNow);
  return record;
}

/// A DER element: tag, length, content.
inline Bytes der(std::uint8_t tag, ByteView content) {
  ByteWriter writer;
  writer.u8(tag);
  if (content.size() < 0x80) {
    writer.u8(static_cast<std::uint8_t>(content.size()));
  } else {
    writer.u8(0x82);
    writer.u16(static_cast<std::uint16_t>(content.size()));
  }
  writer.bytes(content);
  return writer.take();
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// The smallest X.509 certificate (RFC 5280 §4.1) that holds the key, signed by itself.
inline Bytes test_certificate(const crypto::SigningKey& key) {
  const Bytes algorithm = *from_hex("300d06092a864886f70d01010b0500");  // sha256WithRSAEncryption
  const Bytes name = *from_hex("300f310d300b06035504030c0474657374");   // CN=test
  const Bytes from = der(0x17, as_bytes("250101000000Z"));
  const Bytes until = der(0x17, as_bytes("490101000000Z"));
  const Bytes to_be_signed =
      der(0x30, joined({*from_hex("a003020102"), *from_hex("020101"), algorithm, name,
                        der(0x30, joined({from, until})), name, key.public_key().spki_der()}));
  Bytes signature{0};  // no unused bits
  const Bytes signed_bits = key.sign(to_be_signed);
  signature.insert(signature.end(), signed_bits.begin(), signed_bits.end());
  return der(0x30, joined({to_be_signed, algorithm, der(0x03, signature)}));
}

/// Two tenants, a bot with a secret and a certificate, and a user.
struct TestWorld {
  IdentityOptions options{.public_url = "https://parley.test:8443"};
  SeededRandom random{42};
  std::shared_ptr<const Directory> directory =
      Directory::from({.signing_keys = {test_token_key()}});
  model::TenantRecord tenant;
  model::TenantRecord other_tenant;
  model::ApplicationRecord bot;
  std::string secret;
  Bytes certificate;
  model::UserRecord user;

  TestWorld() {
    tenant = keep(create_tenant(admin(), {.domain = "one.test", .display_name = "One"}));
    other_tenant = keep(create_tenant(admin(), {.domain = "two.test", .display_name = "Two"}));
    bot = keep(create_application(admin(), {.tenant = tenant.id, .display_name = "Bot"}));
    const auto made = add_secret(admin(), {.application = bot.application_id});
    apply(made->rows);
    secret = made->secret;
    certificate = test_certificate(test_rsa_key());
    keep(add_certificate(admin(),
                         {.application = bot.application_id, .certificate_der = certificate}));
    keep(grant_role(admin(), {tenant.id, bot.application_id, "Calls.Initiate.All"}));
    user = keep(create_user(admin(), {.tenant = tenant.id,
                                      .user_name = "alice@one.test",
                                      .display_name = "Alice",
                                      .password_hash = "not hashed here"}));
  }

  AdminContext admin(UtcTime now = kTestNow) { return {*directory, now, random}; }
  void apply(const model::RowChanges& rows) { directory = directory->with(rows); }
  template <class Record>
  Record keep(AdminResult<Created<Record>> made) {
    EXPECT_TRUE(made) << made.error().text;
    apply(made->rows);
    return made->record;
  }
};

inline model::Json json(std::string_view text) {
  return *model::parse_json(text);
}

}  // namespace parley::identity
