#include "identity/directory_admin.hpp"

#include "crypto/certificate.hpp"
#include "identity/demo_tenant.hpp"
#include "identity/identity_test_support.hpp"
#include "identity/secrets.hpp"

namespace parley::identity {
namespace {

template <class T>
std::optional<AdminFault> fault(const AdminResult<T>& result) {
  if (result) return std::nullopt;
  EXPECT_FALSE(result.error().text.empty());
  return result.error().fault;
}

TEST(DirectoryAdmin, TenantsNeedAFreeHostName) {
  TestWorld world;
  const auto create = [&](const std::string& domain) {
    return fault(create_tenant(world.admin(), {.domain = domain, .display_name = "T"}));
  };
  EXPECT_EQ(create("a-b.example"), std::nullopt);
  EXPECT_EQ(create("localhost"), std::nullopt);
  EXPECT_EQ(create("ONE.test"), AdminFault::conflict);
  for (const char* const bad : {"", ".", "a..b", "-a.b", "a-.b", "a b", "a/b", "ä.test", "a.",
                                "a_b", "0f8fad5b-d9cb-469f-a165-70867728950e"}) {
    EXPECT_EQ(create(bad), AdminFault::invalid) << bad;
  }
  EXPECT_EQ(create(std::string(64, 'a') + ".test"), AdminFault::invalid);
  std::string longest = "test";
  while (longest.size() < kMaxDomainLength - 1) longest.insert(0, "a.");
  longest.insert(0, kMaxDomainLength - longest.size(), 'b');
  EXPECT_EQ(create(longest), std::nullopt);
  EXPECT_EQ(create("b" + longest), AdminFault::invalid);
  EXPECT_EQ(fault(create_tenant(world.admin(), {.domain = "x.test", .display_name = ""})),
            AdminFault::invalid);
  EXPECT_EQ(fault(create_tenant(world.admin(),
                                {.domain = "x.test", .display_name = std::string(257, 'x')})),
            AdminFault::invalid);
  EXPECT_EQ(fault(create_tenant(world.admin(), {.domain = "x.test", .display_name = "a\nb"})),
            AdminFault::invalid);
  EXPECT_EQ(fault(create_tenant(world.admin(),
                                {.domain = "x.test", .display_name = "X", .id = world.tenant.id})),
            AdminFault::conflict);
}

TEST(DirectoryAdmin, ApplicationsAndTheirCallingRegistration) {
  TestWorld world;
  const auto create = [&](std::optional<CallingRegistration> calling) {
    return create_application(world.admin(),
                              {.tenant = world.tenant.id, .display_name = "A", .calling = calling});
  };
  const auto made = create(CallingRegistration{"https://bot.test/calls", model::Dialect::beta});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->record.callback_uri, "https://bot.test/calls");
  EXPECT_EQ(made->record.dialect, model::Dialect::beta);
  EXPECT_EQ(made->record.created, kTestNow);
  for (const std::string& uri :
       {std::string(), std::string("bot.test/calls"), std::string("ftp://bot.test"),
        std::string("https://"), std::string("https://a b"), std::string("https://a\r\nX: y"),
        "https://bot.test/" + std::string(2048, 'x')}) {
    EXPECT_EQ(fault(create(CallingRegistration{uri})), AdminFault::invalid) << uri;
  }
  EXPECT_EQ(fault(create_application(world.admin(), {.tenant = {}, .display_name = "A"})),
            AdminFault::not_found);
  EXPECT_EQ(fault(create_application(
                world.admin(),
                {.tenant = world.tenant.id, .display_name = "A", .id = world.bot.application_id})),
            AdminFault::conflict);

  world.keep(set_calling(world.admin(), world.bot.application_id,
                         CallingRegistration{"https://bot.test/new"}));
  EXPECT_EQ(world.directory->application(world.bot.application_id)->callback_uri,
            "https://bot.test/new");
  world.keep(set_calling(world.admin(), world.bot.application_id, std::nullopt));
  EXPECT_EQ(world.directory->application(world.bot.application_id)->callback_uri, std::nullopt);
}

TEST(DirectoryAdmin, SecretsAreKeptAsHashesAndCounted) {
  TestWorld world;
  const NewSecret request{.application = world.bot.application_id, .display_name = "ci"};
  const auto made = add_secret(world.admin(), request);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->secret.size(), 43u);
  EXPECT_EQ(made->record.hint, made->secret.substr(0, 3));
  EXPECT_EQ(made->record.sha256, secret_hash(made->secret));
  EXPECT_EQ(made->record.ends, kTestNow + kDefaultCredentialLifetime);
  while (world.directory->secrets_of(world.bot.application_id).size() <
         kMaxCredentialsPerApplication) {
    world.apply(add_secret(world.admin(), request)->rows);
  }
  EXPECT_EQ(fault(add_secret(world.admin(), request)), AdminFault::limit);
  const auto id = world.directory->secrets_of(world.bot.application_id).front()->key_id;
  EXPECT_EQ(fault(remove_secret(world.admin(), ApplicationId{}, id)), AdminFault::invalid);
  EXPECT_EQ(fault(remove_certificate(world.admin(), world.bot.application_id, id)),
            AdminFault::invalid);
  world.apply(*remove_secret(world.admin(), world.bot.application_id, id));
  EXPECT_EQ(fault(remove_secret(world.admin(), world.bot.application_id, id)), AdminFault::invalid);
  EXPECT_EQ(fault(add_secret(world.admin(), request)), std::nullopt);
  EXPECT_EQ(
      fault(add_secret(world.admin(), {.application = world.bot.application_id, .ends = kTestNow})),
      AdminFault::invalid);
  EXPECT_EQ(fault(add_secret(world.admin(), {.application = {}})), AdminFault::not_found);
}

TEST(DirectoryAdmin, CertificatesAreReadOnce) {
  TestWorld world;
  const auto add = [&](const Bytes& der) {
    return fault(add_certificate(
        world.admin(), {.application = world.bot.application_id, .certificate_der = der}));
  };
  EXPECT_EQ(add(world.certificate), AdminFault::conflict);
  EXPECT_EQ(add({}), AdminFault::invalid);
  EXPECT_EQ(add(Bytes(100, 0x30)), AdminFault::invalid);
  const auto ec = crypto::Certificate::generate_self_signed(Now{{}, kTestNow});
  EXPECT_EQ(add(ec.der()), AdminFault::invalid) << "assertions are signed by RSA keys";
  const auto id = world.directory->certificates_of(world.bot.application_id).front()->key_id;
  EXPECT_EQ(fault(remove_secret(world.admin(), world.bot.application_id, id)), AdminFault::invalid);
  world.apply(*remove_certificate(world.admin(), world.bot.application_id, id));
  EXPECT_EQ(fault(add_certificate(world.admin(), {.application = world.bot.application_id,
                                                  .certificate_der = world.certificate,
                                                  .display_name = std::string(257, 'x')})),
            AdminFault::invalid);
  EXPECT_EQ(add(world.certificate), std::nullopt);
}

TEST(DirectoryAdmin, UsersAreNamedInTheirTenantsDomain) {
  TestWorld world;
  const auto create = [&](const std::string& name) {
    return fault(create_user(
        world.admin(),
        {.tenant = world.tenant.id, .user_name = name, .display_name = "U", .password_hash = "h"}));
  };
  EXPECT_EQ(create("Bob.O'Neil+1@ONE.test"), std::nullopt);
  EXPECT_EQ(create("ALICE@one.test"), AdminFault::conflict);
  for (const char* const bad : {"", "bob", "@one.test", "bob@two.test", "bob@one.test.",
                                "b b@one.test", "bob@one.test@one.test", "bob@one.test\n"}) {
    EXPECT_EQ(create(bad), AdminFault::invalid) << bad;
  }
  EXPECT_EQ(create(std::string(250, 'b') + "@one.test"), AdminFault::invalid);
  EXPECT_EQ(fault(check_password("1234567")), AdminFault::invalid);
  EXPECT_EQ(fault(check_password("12345678")), std::nullopt);
  EXPECT_EQ(fault(check_password(std::string(257, 'x'))), AdminFault::invalid);
}

TEST(DirectoryAdmin, PasswordChangeAndRemovalEndTheSessions) {
  TestWorld world;
  const auto session = [&] {
    world.apply(model::RowChanges{model::Row(model::RefreshTokenRecord{
        Bytes(32, 1), world.user.id, world.tenant.id, kTestNow + std::chrono::hours(1)})});
    EXPECT_EQ(world.directory->refresh_tokens_of(world.user.id).size(), 1u);
  };
  session();
  world.keep(set_password(world.admin(), world.user.id, "new hash"));
  EXPECT_TRUE(world.directory->refresh_tokens_of(world.user.id).empty());
  EXPECT_EQ(world.directory->user(world.user.id)->password_hash, "new hash");
  session();
  world.apply(*remove_user(world.admin(), world.user.id));
  EXPECT_TRUE(world.directory->refresh_tokens_of(world.user.id).empty());
  EXPECT_EQ(fault(remove_user(world.admin(), world.user.id)), AdminFault::not_found);
  EXPECT_EQ(fault(set_password(world.admin(), world.user.id, "h")), AdminFault::not_found);
}

TEST(DirectoryAdmin, RolesAreGrantedByNameOrIdOnce) {
  TestWorld world;
  const auto grant = [&](const std::string& role) {
    return grant_role(world.admin(), {world.tenant.id, world.bot.application_id, role});
  };
  EXPECT_EQ(grant("calls.joinGroupCalls.all")->record.role, "Calls.JoinGroupCall.All");
  EXPECT_EQ(grant("a7a681dc-756e-4909-b988-f160edc6655f")->record.role, "Calls.AccessMedia.All");
  EXPECT_EQ(fault(grant("284383ee-7f6e-4e40-a2a8-e85dcb029101")), AdminFault::conflict);
  EXPECT_EQ(fault(grant("Calls.Everything.All")), AdminFault::invalid);
  EXPECT_EQ(fault(grant(Uuid{}.text())), AdminFault::invalid);
  EXPECT_EQ(fault(grant_role(world.admin(), {{}, world.bot.application_id, "Calls.Initiate.All"})),
            AdminFault::not_found);
  EXPECT_EQ(fault(revoke_grant(world.admin(), {})), AdminFault::not_found);
}

TEST(DirectoryAdmin, RemovedApplicationTakesEverythingAlong) {
  TestWorld world;
  world.apply(*remove_application(world.admin(), world.bot.application_id));
  const ApplicationId id = world.bot.application_id;
  EXPECT_EQ(world.directory->application(id), nullptr);
  EXPECT_TRUE(world.directory->secrets_of(id).empty());
  EXPECT_TRUE(world.directory->certificates_of(id).empty());
  EXPECT_TRUE(world.directory->grants_of(id).empty());
  EXPECT_EQ(fault(remove_application(world.admin(), id)), AdminFault::not_found);
}

TEST(Administrator, IsKnownByTheWholeToken) {
  SeededRandom random(1);
  const std::string token = make_secret(random);
  const Administrator administrator(token);
  EXPECT_TRUE(administrator.is(token));
  EXPECT_FALSE(administrator.is(""));
  EXPECT_FALSE(administrator.is(token.substr(1)));
  EXPECT_FALSE(administrator.is(token + "x"));
}

TEST(Password, MatchesItselfOnly) {
  SeededRandom random(2);
  const std::string stored = hash_password("correct horse", random);
  EXPECT_TRUE(stored.starts_with("scrypt$16384$8$1$"));
  EXPECT_TRUE(password_matches("correct horse", stored));
  EXPECT_FALSE(password_matches("correct horsf", stored));
  EXPECT_NE(hash_password("correct horse", random), stored) << "the salt differs";
  EXPECT_FALSE(password_matches("", unmatchable_password_hash()));
}

TEST(Password, DamagedStoredTextMatchesNothing) {
  for (const char* const stored :
       {"", "scrypt", "scrypt$16384$8$1$AA$", "scrypt$16384$8$1$$$", "bcrypt$1$1$1$AA$AA",
        "scrypt$99999999999$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$-1$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$3$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_FALSE(password_matches("", stored)) << stored;
    EXPECT_FALSE(password_matches("x", stored)) << stored;
  }
}

TEST(DemoTenant, HasThreePeopleAndTwoBotsThatCanSignIn) {
  SeededRandom random(3);
  const DemoTenant demo = make_demo_tenant({.now = kTestNow}, random);
  const auto directory = Directory::from({})->with(demo.rows);
  ASSERT_EQ(demo.users.size(), 3u);
  const auto* const alice = directory->user_named("alice@demo.parley.local");
  ASSERT_NE(alice, nullptr);
  EXPECT_TRUE(password_matches(demo.users[0].password, alice->password_hash));
  EXPECT_NE(demo.users[0].password, demo.users[1].password);
  ASSERT_EQ(demo.bots.size(), 2u);
  for (const DemoBot& bot : demo.bots) {
    const auto* const application = directory->application(bot.application_id);
    ASSERT_NE(application, nullptr);
    EXPECT_TRUE(application->callback_uri);
    EXPECT_TRUE(
        secret_matches(bot.secret, directory->secrets_of(bot.application_id).front()->sha256));
    EXPECT_TRUE(directory->roles(demo.tenant.id, bot.application_id)
                    .contains(Role::calls_access_media_all));
  }
}

}  // namespace
}  // namespace parley::identity
