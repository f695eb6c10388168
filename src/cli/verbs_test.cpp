#include "cli/verbs.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "cli/dispatch.hpp"
#include "cli/test_server_test_support.hpp"

namespace parley::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Verbs : public ::testing::Test {
 protected:
  /// What the command prints; a refusal stands behind `parley: `.
  std::string parley(std::vector<const char*> words) {
    words.insert(words.begin(), "parley");
    words.insert(words.end(), {"--url", url_.c_str(), "--data-dir", data_dir_.c_str()});
    std::ostringstream out;
    std::ostringstream err;
    status_ = run_command_line(static_cast<int>(words.size()), words.data(), hooks_, {out, err});
    return out.str() + err.str();
  }

  /// The value of a `NAME=value` line.
  static std::string value_of(const std::string& output, const std::string& name) {
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
    }
    return "";
  }

  TestServer server_;
  std::string url_ = server_.place().url;
  std::string data_dir_ = server_.place().data_dir.string();
  CommandHooks hooks_;
  int status_ = -1;
};

TEST_F(Verbs, CreateABotWithItsEnvironment) {
  const std::string output =
      parley({"app", "create", "ivr", "--webhook", "http://127.0.0.1:3978/api/calls", "--grant",
              "Calls.AccessMedia.All", "--dialect", "2019"});
  EXPECT_EQ(status_, 0) << output;
  EXPECT_EQ(value_of(output, "PARLEY_URL"), url_);
  EXPECT_EQ(value_of(output, "PARLEY_TENANT").size(), 36u);
  EXPECT_EQ(value_of(output, "PARLEY_APP_SECRET").size(), 43u);
  EXPECT_EQ(value_of(output, "NODE_EXTRA_CA_CERTS"), "") << "there is no authority here";
  const std::string id = value_of(output, "PARLEY_APP_ID");

  const std::string shown = parley({"app", "show", id.c_str()});
  EXPECT_THAT(shown, HasSubstr("http://127.0.0.1:3978/api/calls"));
  EXPECT_THAT(shown, HasSubstr("role     Calls.AccessMedia.All"));
  EXPECT_THAT(shown, HasSubstr("dialect  2019"));
  EXPECT_THAT(parley({"app", "list"}), HasSubstr(id + "  ivr   http://127.0.0.1:3978/api/calls"));
}

TEST_F(Verbs, SayWhenTheAuthorityCannotBeRead) {
  { std::ofstream(server_.place().authority_file()) << "not a certificate"; }
  url_ = "https://127.0.0.1:1";
  EXPECT_THAT(parley({"app", "list"}), HasSubstr("ca.pem"));
  EXPECT_EQ(status_, 1);
}

TEST_F(Verbs, LeaveNothingBehindWhenARoleIsUnknown) {
  const std::string output = parley({"app", "create", "ivr", "--grant", "Calls.Nothing.All"});
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(output, HasSubstr("Calls.Nothing.All"));
  EXPECT_THAT(output, HasSubstr("parley app roles"));
  EXPECT_THAT(output, HasSubstr("Nothing was created"));
  EXPECT_THAT(parley({"app", "list"}), Not(HasSubstr("ivr")));
}

TEST_F(Verbs, GrantAndRevokeByName) {
  parley({"app", "create", "ivr"});
  EXPECT_THAT(parley({"app", "grant", "IVR", "Calls.Initiate.All"}), HasSubstr("now has"));
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(parley({"app", "grant", "ivr", "Calls.Initiate.All"}), HasSubstr("before"));
  EXPECT_EQ(status_, 0) << "granting twice is no failure";
  EXPECT_THAT(parley({"app", "revoke", "ivr", "calls.initiate.all"}), HasSubstr("no longer has"));
  EXPECT_THAT(parley({"app", "show", "ivr"}), Not(HasSubstr("role ")));
  EXPECT_THAT(parley({"app", "roles"}), HasSubstr("Calls.JoinGroupCall.All"));
}

TEST_F(Verbs, ChangeABot) {
  const std::string created = parley({"app", "create", "ivr"});
  EXPECT_THAT(created, HasSubstr("parley app grant"));
  parley({"app", "webhook", "ivr", "https://bot.test/calls"});
  EXPECT_THAT(parley({"app", "show", "ivr"}), HasSubstr("https://bot.test/calls"));
  const std::string secret = value_of(parley({"app", "secret", "ivr"}), "PARLEY_APP_SECRET");
  EXPECT_EQ(secret.size(), 43u);
  EXPECT_NE(secret, value_of(created, "PARLEY_APP_SECRET"));
  EXPECT_THAT(parley({"app", "certificate", "ivr", "/nowhere.pem"}), HasSubstr("/nowhere.pem"));
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(parley({"app", "remove", "ivr"}), HasSubstr("removed"));
  EXPECT_THAT(parley({"app", "show", "ivr"}), HasSubstr("parley app list"));
}

TEST_F(Verbs, RemoveASecretThatAppShowNames) {
  parley({"app", "create", "ivr"});
  const std::string shown = parley({"app", "show", "ivr"});
  const std::string key_id = shown.substr(shown.find("secret   ") + 9, 36);
  EXPECT_THAT(parley({"app", "remove-secret", "ivr", key_id.c_str()}), HasSubstr("no longer"));
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(parley({"app", "show", "ivr"}), Not(HasSubstr("secret ")));
  EXPECT_THAT(parley({"app", "remove-secret", "ivr", key_id.c_str()}),
              AllOf(HasSubstr("No credentials found"), HasSubstr("parley app show ivr")));
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(parley({"app", "remove-certificate", "ivr", key_id.c_str()}),
              HasSubstr("keyCredentials"));
  EXPECT_EQ(status_, 1);
}

TEST_F(Verbs, AskWhichOfTwoBotsIsMeant) {
  const std::string first = value_of(parley({"app", "create", "ivr"}), "PARLEY_APP_ID");
  parley({"app", "create", "ivr"});
  EXPECT_THAT(parley({"app", "show", "ivr"}), HasSubstr(first));
  EXPECT_EQ(status_, 1);
  parley({"app", "show", first.c_str()});
  EXPECT_EQ(status_, 0);
}

TEST_F(Verbs, ManageUsers) {
  const std::string made = parley({"user", "create", "dora"});
  EXPECT_EQ(status_, 0) << made;
  EXPECT_THAT(made, HasSubstr("dora@one.test"));
  EXPECT_THAT(made, HasSubstr("password"));
  EXPECT_THAT(parley({"user", "list"}), HasSubstr("dora@one.test  Dora"));
  EXPECT_THAT(parley({"user", "create", "dora"}), HasSubstr("already"));
  EXPECT_EQ(status_, 1);
  EXPECT_THAT(parley({"user", "remove", "dora"}), HasSubstr("dora@one.test is removed"));
  EXPECT_THAT(parley({"user", "list"}), Not(HasSubstr("dora")));
}

TEST_F(Verbs, WantATenantNamedWhereThereAreSeveral) {
  EXPECT_EQ(value_of(parley({"tenant", "create", "two.test"}), "PARLEY_TENANT").size(), 36u);
  EXPECT_THAT(parley({"tenant", "list"}), HasSubstr("two.test"));
  EXPECT_THAT(parley({"app", "create", "ivr"}), HasSubstr("--tenant"));
  EXPECT_EQ(status_, 1);
  parley({"app", "create", "ivr", "--tenant", "two.test"});
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(parley({"app", "show", "ivr"}), HasSubstr("ivr")) << "an app is found in any tenant";
}

TEST_F(Verbs, SayWhatToDoWithoutAServer) {
  url_ = "http://127.0.0.1:1";
  EXPECT_THAT(parley({"app", "list"}), HasSubstr("parley serve"));
  EXPECT_EQ(status_, 1);
  data_dir_ = "/nowhere";
  EXPECT_THAT(parley({"app", "list"}), HasSubstr("--data-dir"));
}

TEST_F(Verbs, SayWhenTheTokenIsOfAnotherServer) {
  { std::ofstream(server_.place().admin_token_file()) << "another"; }
  EXPECT_THAT(parley({"user", "list"}), HasSubstr("admin.token"));
  EXPECT_EQ(status_, 1);
}

TEST_F(Verbs, ShowACall) {
  server_.call_report =
      R"({"call":{"id":"i","state":"terminated","direction":"incoming","source":"Alice",)"
      R"("application":"ivr","appId":"a","callbackUri":"http://h/","created":"T0","ended":"T9",)"
      R"("code":200,"subcode":4521,"message":"over"},)"
      R"("operations":[{"kind":"play_prompt","status":"completed","created":"T1","completed":"T2",)"
      R"("code":200,"subcode":0,"message":""}],)"
      R"("notifications":[{"sequence":1,"status":"taken","attempts":2,"created":"T0","lastError":""}],)"
      R"("recordings":[],"timeline":[{"at":"T1","entry":{"what":"established","detail":"by ivr"}},)"
      R"({"at":"T2","entry":{"what":"request answer","detail":"answered 409 invalidCallState",)"
      R"("request":"r"}},{"at":"T3","entry":"plain"}]})";
  const std::string shown = parley({"call", "show", "11111111-2222-4333-8444-555555555555"});
  EXPECT_EQ(status_, 0) << shown;
  EXPECT_THAT(shown, HasSubstr("ended        T9, 200/4521 over"));
  EXPECT_THAT(shown, HasSubstr("play_prompt  completed  T1       200/0"));
  EXPECT_THAT(shown, HasSubstr("T1  established  by ivr"));
  EXPECT_THAT(shown, HasSubstr("T2  request answer  answered 409 invalidCallState  request=r"));
  EXPECT_THAT(shown, HasSubstr("T3  plain"));
  EXPECT_THAT(shown, Not(HasSubstr("RECORDING")));
  EXPECT_THAT(parley({"call", "show", "x"}), HasSubstr("not a call id"));
  server_.call_report = "{}";
  EXPECT_THAT(parley({"call", "show", "11111111-2222-4333-8444-555555555555"}),
              HasSubstr("This failed"));
}

TEST_F(Verbs, TakeTheConfigurationsPlace) {
  hooks_.read_place = [this](const std::string& config) -> Result<ServerPlace, std::string> {
    if (config != "p.toml") return Failure{std::string("no such file")};
    return server_.place();
  };
  const auto place =
      place_of({.url = {}, .data_dir = {}, .config = "p.toml", .tenant = {}}, hooks_);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->url, url_);
  const auto chosen =
      place_of({.url = "https://h/", .data_dir = {}, .config = "p.toml", .tenant = {}}, hooks_);
  EXPECT_EQ(chosen->url, "https://h");
  EXPECT_EQ(chosen->data_dir, server_.place().data_dir);
  EXPECT_FALSE(place_of({.url = {}, .data_dir = {}, .config = "x", .tenant = {}}, hooks_));
  EXPECT_EQ(place_of({}, hooks_)->url, kDefaultUrl);
}

TEST_F(Verbs, ListWhatNoBotTook) {
  server_.set_aside = R"({"value":[{"id":"n1","callId":"c1","sequence":4,"what":"call_ended",)"
                      R"("attempts":9,"settled":"2026-01-02T03:04:05Z","url":"https://bot.test",)"
                      R"("lastError":"503"}]})";
  const std::string listed = parley({"webhook", "list", "--limit", "7"});
  EXPECT_EQ(status_, 0) << listed;
  EXPECT_THAT(listed, HasSubstr("n1  c1    4  call_ended"));
  EXPECT_THAT(listed, HasSubstr("503"));
  EXPECT_THAT(server_.settled, ElementsAre("GET ?limit=7&skip=0"));
}

TEST_F(Verbs, ReplayAndDiscardOneOrAll) {
  server_.set_aside = R"({"value":[{"id":"n1"},{"id":"n2"}]})";
  EXPECT_EQ(parley({"webhook", "replay", "n7"}), "");
  EXPECT_EQ(parley({"webhook", "discard", "--all"}), "2 notifications\n");
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(server_.settled,
              ElementsAre("POST /n7/replay", "GET ?limit=1000&skip=0", "DELETE /n1", "DELETE /n2"));
  EXPECT_THAT(parley({"webhook", "replay"}), HasSubstr("--all"));
  EXPECT_NE(status_, 0);
}

TEST_F(Verbs, ReplayAllButWhatIsRefused) {
  server_.set_aside = R"({"value":[{"id":"refused"},{"id":"n2"}]})";
  EXPECT_THAT(parley({"webhook", "replay", "--all"}), HasSubstr("1 notification, 1 refused"));
  EXPECT_EQ(status_, 0);
}

}  // namespace
}  // namespace parley::cli
