#include <gtest/gtest.h>

#include <algorithm>

#include "identity/signing_keys.hpp"
#include "platform/api_gateway.hpp"
#include "platform/shard.hpp"

namespace parley::platform {
namespace {

constexpr std::string_view kAdminToken = "the administrator's token";

/// Shard 0 and the one who changes its directory.
class DirectoryChangesTest : public ::testing::Test {
 protected:
  DirectoryChangesTest() {
    options_.identity.public_url = options_.api.public_url = "https://parley.test";
    options_.administrator.emplace(kAdminToken);
    model::TenantRecord tenant;
    tenant.id = tenant_;
    tenant.domain = "sim.test";
    directory_ = identity::Directory::from({.tenants = {tenant}});
    ShardOptions shard;
    shard.api = options_.api;
    shard.identity = options_.identity;
    shard_.emplace(std::move(shard), ShardContext{random_, counters_, log_}, directory_);
  }

  void create_application(const std::string& name) {
    post("/v1.0/applications", R"({"displayName":")" + name + R"("})");
  }
  void post(std::string_view path, const std::string& body) {
    auto gated = gate_request(now_,
                              {.id = RequestId{Uuid::random(random_)},
                               .method = "POST",
                               .path = path,
                               .authorization = "Bearer " + std::string(kAdminToken),
                               .content_type = "application/json",
                               .body = body},
                              options_, *directory_);
    ASSERT_TRUE(std::holds_alternative<DirectoryHttpRequest>(gated));
    shard_->handle_input(now_, std::move(std::get<DirectoryHttpRequest>(gated)));
    drain();
  }
  void drain() {
    while (auto event = shard_->poll_event()) {
      if (auto* commit = std::get_if<Commit>(&*event)) commits_.push_back(commit->batch);
      if (auto* answer = std::get_if<HttpAnswer>(&*event)) {
        body_ = answer->reply.body;
        statuses_.push_back(answer->reply.status);
        headers_ = answer->reply.headers;
      }
      if (auto* hash = std::get_if<HashPassword>(&*event)) job_ = hash->job;
      if (auto* check = std::get_if<CheckPassword>(&*event)) job_ = check->job;
      if (std::holds_alternative<MakeSigningKey>(*event)) ++keys_wanted_;
      if (auto* published = std::get_if<PublishDirectory>(&*event))
        directory_ = published->directory;
    }
  }
  void tell(ShardInput input) {
    shard_->handle_input(now_, std::move(input));
    drain();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto* application : directory_->applications_of(tenant_))
      names.push_back(application->display_name);
    std::ranges::sort(names);
    return names;
  }

  Now now_{Instant{std::chrono::seconds(1)}, UtcTime{std::chrono::days(20'000)}};
  SeededRandom random_{1};
  Counters counters_;
  NullLog log_;
  TenantId tenant_{Uuid::random(random_)};
  GatewayOptions options_;
  std::shared_ptr<const identity::Directory> directory_;  ///< as published
  std::optional<Shard> shard_;
  std::vector<BatchId> commits_;
  std::vector<int> statuses_;
  std::vector<std::pair<std::string, std::string>> headers_;  ///< of the last answer
  std::string body_;                                          ///< the same's
  JobId job_{};                                               ///< the last one asked for
  int keys_wanted_ = 0;
};

TEST_F(DirectoryChangesTest, AreToldWhenTheyAreKept) {
  create_application("one");
  ASSERT_EQ(commits_.size(), 1u);
  EXPECT_TRUE(statuses_.empty());
  EXPECT_TRUE(names().empty());
  tell(Committed{commits_[0]});
  EXPECT_EQ(statuses_, std::vector{201});
  EXPECT_EQ(names(), std::vector<std::string>{"one"});
}

TEST_F(DirectoryChangesTest, ThatAreLostAreTakenBackAndTheOthersStay) {
  for (const char* name : {"one", "two", "three"}) create_application(name);
  ASSERT_EQ(commits_.size(), 3u);
  tell(Committed{commits_[0]});
  tell(CommitLost{commits_[1]});
  tell(Committed{commits_[2]});
  EXPECT_EQ(statuses_, (std::vector{201, 503, 201}));
  EXPECT_EQ(names(), (std::vector<std::string>{"one", "three"}));
  create_application("two");
  tell(Committed{commits_[3]});
  EXPECT_EQ(names(), (std::vector<std::string>{"one", "three", "two"}));
}

/// The administrator may not be told that a leaked secret is gone while it still gets tokens.
TEST_F(DirectoryChangesTest, ARemovedSecretGetsNoTokenFromThenOn) {
  const model::RowChanges key{model::Row(identity::make_signing_key(now_.utc))};
  tell(DirectoryChanged{directory_->with(key)});
  create_application("bot");
  tell(Committed{commits_.back()});
  const auto& bot = *directory_->applications_of(tenant_).front();
  const std::string path = "/v1.0/applications/" + to_text(bot.object_id);
  post(path + "/addPassword", "{}");
  tell(Committed{commits_.back()});
  const auto added = *model::parse_json(body_);
  TokenHttpRequest login;
  login.request.tenant = "sim.test";
  login.request.parameters = {{"grant_type", "client_credentials"},
                              {"client_id", to_text(bot.application_id)},
                              {"client_secret", std::string(added.at("secretText").as_string())},
                              {"scope", "https://graph.microsoft.com/.default"}};
  tell(login);
  EXPECT_EQ(statuses_.back(), 200) << body_;

  post(path + "/removePassword", R"({"keyId":)" + model::write_json(added.at("keyId")) + "}");
  tell(login);
  EXPECT_EQ(statuses_.back(), 401) << "not yet kept, but no longer good";
  tell(Committed{commits_.back()});
  EXPECT_EQ(statuses_.back(), 204);
  EXPECT_TRUE(directory_->secrets_of(bot.application_id).empty());
}

TEST_F(DirectoryChangesTest, APasswordThatNobodyHasTimeForIsRefusedAsOverload) {
  const std::pair<std::string, std::string> retry_after{"Retry-After", "5"};
  post("/v1.0/users",
       R"({"displayName":"Alice","userPrincipalName":"alice@sim.test","accountEnabled":true,)"
       R"("mailNickname":"alice","passwordProfile":{"password":"correct horse"}})");
  ASSERT_NE(job_, JobId{});
  tell(PasswordHashed{job_, ""});
  EXPECT_EQ(statuses_, std::vector{503});
  EXPECT_EQ(std::ranges::count(headers_, retry_after), 1);

  TokenHttpRequest login;
  login.request.tenant = "sim.test";
  login.request.parameters = {{"grant_type", "password"},
                              {"client_id", std::string(identity::kPageClientId)},
                              {"username", "nobody@sim.test"},
                              {"password", "correct horse"}};
  const JobId before = job_;
  tell(std::move(login));
  ASSERT_NE(job_, before);
  tell(PasswordChecked{job_, std::nullopt});
  EXPECT_EQ(statuses_, (std::vector{503, 503}));
  EXPECT_EQ(std::ranges::count(headers_, retry_after), 1);
}

TEST_F(DirectoryChangesTest, AKeyThatNobodyHadTimeForIsAskedForAgain) {
  shard_->recover(now_, {});
  for (int hour = 1; hour <= 3; ++hour) {
    shard_->handle_timeout(now_);
    drain();
    EXPECT_EQ(keys_wanted_, hour);
    tell(SigningKeyMade{});
    now_.monotonic += std::chrono::hours(1);
  }
  EXPECT_TRUE(commits_.empty());
}

}  // namespace
}  // namespace parley::platform
