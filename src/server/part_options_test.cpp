#include "server/part_options.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

platform::ShardOptions options_of(const std::string& text) {
  const auto configuration = read_configuration({.file = std::pair("parley.toml", text)});
  EXPECT_TRUE(configuration.ok()) << configuration.error();
  return configuration ? shard_options(*configuration) : platform::ShardOptions{};
}

TEST(PartOptions, TheDefaultsOfTheKeysAreThoseOfTheParts) {
  const platform::ShardOptions made = options_of("");
  const platform::ShardOptions own;
  EXPECT_EQ(made.calling.answer_window, own.calling.answer_window);
  EXPECT_EQ(made.calling.establish_window, own.calling.establish_window);
  EXPECT_EQ(made.calling.keep_alive_window, own.calling.keep_alive_window);
  EXPECT_EQ(made.webhooks.attempt_timeout, own.webhooks.attempt_timeout);
  EXPECT_EQ(made.webhooks.incoming_window, own.webhooks.incoming_window);
  EXPECT_EQ(made.webhooks.incoming_first_delay, own.webhooks.incoming_first_delay);
  EXPECT_EQ(made.webhooks.incoming_max_delay, own.webhooks.incoming_max_delay);
  EXPECT_EQ(made.webhooks.first_delay, own.webhooks.first_delay);
  EXPECT_EQ(made.webhooks.max_delay, own.webhooks.max_delay);
  EXPECT_EQ(made.webhooks.after_end, own.webhooks.after_end);
  EXPECT_EQ(made.webhooks.last_after_end, own.webhooks.last_after_end);
  EXPECT_EQ(made.resume_window, own.resume_window);
  EXPECT_EQ(made.recording_retention, own.recording_retention);
  EXPECT_EQ(made.max_calls, own.max_calls);
  EXPECT_EQ(made.max_busy_percent, own.max_busy_percent);
  EXPECT_EQ(made.max_sessions_per_user, own.max_sessions_per_user);
}

TEST(PartOptions, EveryTimeAndLimitReachesItsPart) {
  const platform::ShardOptions made = options_of(R"(
ice_servers = [{urls = "stun:stun.example.com"}]
[webhooks]
attempt_seconds = 1
first_backoff_milliseconds = 2
largest_backoff_seconds = 3
incoming_first_backoff_milliseconds = 4
incoming_largest_backoff_seconds = 5
after_end_minutes = 6
last_after_end_minutes = 7
[calling]
answer_seconds = 8
establish_seconds = 9
keep_alive_minutes = 10
[clients]
resume_seconds = 11
[limits]
calls_per_shard = 12
sessions_per_user = 13
busy_percent = 50
)");
  EXPECT_EQ(made.webhooks.attempt_timeout, seconds(1));
  EXPECT_EQ(made.webhooks.first_delay, milliseconds(2));
  EXPECT_EQ(made.webhooks.max_delay, seconds(3));
  EXPECT_EQ(made.webhooks.incoming_first_delay, milliseconds(4));
  EXPECT_EQ(made.webhooks.incoming_max_delay, seconds(5));
  EXPECT_EQ(made.webhooks.after_end, minutes(6));
  EXPECT_EQ(made.webhooks.last_after_end, minutes(7));
  EXPECT_EQ(made.calling.answer_window, seconds(8));
  EXPECT_EQ(made.webhooks.incoming_window, seconds(8));
  EXPECT_EQ(made.calling.establish_window, seconds(9));
  EXPECT_EQ(made.calling.keep_alive_window, minutes(10));
  EXPECT_EQ(made.resume_window, seconds(11));
  EXPECT_EQ(made.max_calls, 12u);
  EXPECT_EQ(made.max_sessions_per_user, 13u);
  EXPECT_EQ(made.max_busy_percent, 50u);
  ASSERT_EQ(made.ice_servers.size(), 1u);
  EXPECT_EQ(made.ice_servers[0].urls, std::vector<std::string>{"stun:stun.example.com"});
}

TEST(PartOptions, TheAgeOfASigningKeyReachesTheTokens) {
  const auto lifetime = [](const std::string& text) {
    const auto configuration = read_configuration({.file = std::pair("parley.toml", text)});
    return identity_options(configuration.value(), "https://parley.test").signing_key_lifetime;
  };
  EXPECT_EQ(lifetime(""), identity::IdentityOptions{}.signing_key_lifetime);
  EXPECT_EQ(lifetime("[tokens]\nsigning_key_days = 7\n"), std::chrono::days(7));
}

}  // namespace
}  // namespace parley::server
