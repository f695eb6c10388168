#pragma once

#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/hash.hpp"
#include "identity/certificate_test_support.hpp"
#include "identity/directory_admin.hpp"
#include "identity/identity_options.hpp"
#include "identity/jwt.hpp"
#include "identity/password.hpp"

namespace parley::identity {

inline constexpr UtcTime kTestNow{std::chrono::seconds(1'800'000'000)};

inline const model::SigningKeyRecord& test_token_key() {
  static const model::SigningKeyRecord record = make_signing_key(kTestNow);
  return record;
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
