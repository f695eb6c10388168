#include "cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::variant<Command, CommandLineEnd> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "parley");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

/// The arguments of one verb; a test fails when another one was read.
template <class Arguments>
Arguments parse_as(std::vector<const char*> words) {
  const auto parsed = parse(std::move(words));
  if (const auto* const end = std::get_if<CommandLineEnd>(&parsed)) {
    ADD_FAILURE() << end->out << end->err;
    return {};
  }
  const auto* const arguments = std::get_if<Arguments>(&std::get<Command>(parsed));
  EXPECT_TRUE(arguments) << "another verb was read";
  return arguments ? *arguments : Arguments{};
}

std::string refusal(std::vector<const char*> words) {
  const auto parsed = parse(std::move(words));
  const auto* const end = std::get_if<CommandLineEnd>(&parsed);
  if (!end) return "it was taken";
  EXPECT_NE(end->status, 0);
  return end->err;
}

TEST(CommandLine, LeavesServesWordsToServe) {
  EXPECT_THAT(parse_as<ServeArguments>({"serve"}).words, ElementsAre());
  EXPECT_THAT(parse_as<ServeArguments>({"serve", "--config", "a.toml", "--set", "shards=2"}).words,
              ElementsAre("--config", "a.toml", "--set", "shards=2"));
  EXPECT_THAT(parse_as<ServeArguments>({"serve", "--help"}).words, ElementsAre("--help"));
}

TEST(CommandLine, ReadsAppCreate) {
  const auto create = parse_as<AppCreate>(
      {"app", "create", "ivr", "--webhook", "http://h/", "--grant", "Calls.Initiate.All", "--grant",
       "Calls.AccessMedia.All", "--dialect", "2019", "--data-dir", "d"});
  EXPECT_EQ(create.name, "ivr");
  EXPECT_EQ(create.webhook, "http://h/");
  EXPECT_THAT(create.roles, ElementsAre("Calls.Initiate.All", "Calls.AccessMedia.All"));
  EXPECT_EQ(create.dialect, "2019");
  EXPECT_EQ(create.connection.data_dir, "d");
}

TEST(CommandLine, TakesTheNameOfAnAppAsAnOptionToo) {
  const auto create =
      parse_as<AppCreate>({"app", "create", "--config", "p.toml", "--name", "ivr", "--webhook",
                           "http://h/", "--role", "A", "--role", "B", "--certificate", "c.pem"});
  EXPECT_EQ(create.name, "ivr");
  EXPECT_THAT(create.roles, ElementsAre("A", "B"));
  EXPECT_EQ(create.certificate, "c.pem");
  EXPECT_EQ(create.connection.config, "p.toml");
}

TEST(CommandLine, ReadsGrants) {
  const auto grant = parse_as<AppGrant>({"app", "grant", "ivr", "A", "B", "--tenant", "two.test"});
  EXPECT_EQ(grant.app, "ivr");
  EXPECT_THAT(grant.roles, ElementsAre("A", "B"));
  EXPECT_EQ(grant.connection.tenant, "two.test");
}

TEST(CommandLine, ReadsWhichCredentialToRemove) {
  const auto secret = parse_as<AppRemoveSecret>({"app", "remove-secret", "ivr", "k"});
  EXPECT_EQ(secret.app, "ivr");
  EXPECT_EQ(secret.key_id, "k");
  EXPECT_EQ(parse_as<AppRemoveCertificate>({"app", "remove-certificate", "ivr", "k"}).key_id, "k");
}

TEST(CommandLine, ReadsUsersAndTenants) {
  EXPECT_TRUE(
      parse_as<UserCreate>({"user", "create", "dora", "--password-stdin"}).password_from_stdin);
  parse_as<UserList>({"user", "list"});
  EXPECT_EQ(parse_as<UserRemove>({"user", "remove", "dora"}).name, "dora");
  EXPECT_EQ(parse_as<TenantCreate>({"tenant", "create", "one.test"}).domain, "one.test");
}

TEST(CommandLine, TellsACallFromShowingOne) {
  const auto call = parse_as<CallArguments>({"call", "--from", "alice", "--to", "ivr", "--dtmf",
                                             "w500 1", "--expect", "answered", "--expect",
                                             "heard:a.wav", "--duration", "2.5"});
  EXPECT_EQ(call.from, "alice");
  EXPECT_EQ(call.dtmf, "w500 1");
  EXPECT_THAT(call.expects, ElementsAre("answered", "heard:a.wav"));
  EXPECT_DOUBLE_EQ(call.duration_s, 2.5);
  EXPECT_EQ(parse_as<CallShow>({"call", "show", "x", "--url", "https://h"}).call, "x");
}

TEST(CommandLine, SaysWhatIsMissing) {
  EXPECT_THAT(refusal({}), HasSubstr("subcommand"));
  EXPECT_THAT(refusal({"call", "--to", "ivr"}), HasSubstr("--from"));
  EXPECT_THAT(refusal({"app", "grant", "ivr"}), HasSubstr("ROLE"));
  EXPECT_THAT(refusal({"app", "remove-secret", "ivr"}), HasSubstr("KEYID"));
  EXPECT_THAT(refusal({"app", "create"}), HasSubstr("--name"));
  EXPECT_THAT(refusal({"app", "create", "x", "--dialect", "2020"}), HasSubstr("2019"));
  EXPECT_THAT(refusal({"call", "--from", "a", "--duration", "-1"}), HasSubstr("--duration"));
}

TEST(CommandLine, HelpsOnRequest) {
  const auto parsed = parse({"app", "--help"});
  const auto* const end = std::get_if<CommandLineEnd>(&parsed);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->status, 0);
  EXPECT_THAT(end->out, HasSubstr("grant"));
}

}  // namespace
}  // namespace parley::cli
