// Who has a good token and no business here: other bots, other tenants, bodies that are bombs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "operations/table.hpp"
#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Not;

/// The row's path in a dialect, with these ids in the places of its `{}`.
std::string path_of(const operations::Row& row, model::Dialect dialect,
                    std::vector<std::string> ids) {
  std::string path = std::string(model::path_root(dialect)) + "/" + std::string(row.path);
  for (const std::string& id : ids)
    if (const std::size_t at = path.find("{}"); at != std::string::npos) path.replace(at, 2, id);
  return path;
}

/// Keeps all that is logged.
class WholeLog final : public LogSink {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
    std::string line(event);
    for (const LogField& field : fields)
      line += " " + std::string(field.key) + "=" + std::string(field.value);
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

TEST(Strangers, FindNothingOfAnothersCallWhateverTheyAsk) {
  WholeLog log;
  sim::WorldOptions world = options();
  world.log = &log;
  CallScene scene(world);
  scene.world.host("https://ivr.test/long.wav", 200, wav(voice(9, 20.0)));
  sim::Bot& other = scene.world.add_bot("other");
  scene.world.enter_tenant("elsewhere.test");
  sim::Bot& foreign = scene.world.add_bot("foreign");
  ASSERT_TRUE(scene.establish());
  const auto playing = scene.post("playPrompt", prompts_body({"https://ivr.test/long.wav"}));
  const std::string operation = text(playing.body, "id");
  scene.world.run_for(seconds(1));
  const std::size_t told = scene.bot.deliveries.size();
  std::size_t asked = 0;
  for (const operations::Row& row : operations::table())
    for (const auto dialect :
         {model::Dialect::v1_0, model::Dialect::beta, model::Dialect::app_2019})
      for (const sim::Bot* stranger : {&other, &foreign}) {
        if (!answers_in(row, dialect)) continue;
        const std::string path = path_of(row, dialect, {scene.call, operation});
        const auto answer = scene.world.call_api(
            *stranger, std::string(operations::method_name(row.method)), path, "{}");
        EXPECT_EQ(answer.status, 404) << operations::method_name(row.method) << ' ' << path;
        EXPECT_EQ(text(answer.body.at("error"), "code"), "8522") << path;
        ++asked;
      }
  EXPECT_GE(asked, 60u);
  const auto refusals = std::ranges::count_if(log.lines, [&](const std::string& line) {
    return line.find("stranger_refused") != line.npos && line.find(scene.call) != line.npos;
  });
  EXPECT_EQ(static_cast<std::size_t>(refusals), asked) << "the operator sees each attempt";
  EXPECT_EQ(scene.bot.deliveries.size(), told);
  EXPECT_EQ(text(scene.get("operations/" + operation).body, "status"), "running");
  EXPECT_FALSE(scene.caller.is_over());
}

TEST(Strangers, OfAnotherTenantCannotCallABotByItsId) {
  CallScene scene;
  scene.world.enter_tenant("elsewhere.test");
  sim::Caller& mallory = scene.world.add_caller("mallory");
  mallory.invite(to_text(scene.bot.application));
  ASSERT_TRUE(scene.world.run_until([&] { return mallory.is_over(); }, seconds(5)));
  EXPECT_EQ(mallory.failed()->code, model::ClientErrorCode::unknown_target);
  EXPECT_TRUE(scene.bot.deliveries.empty());
}

TEST(Strangers, JsonBombsChangeNothing) {
  CallScene scene{sim::WorldOptions{}};  // no exchange log: these are not for the contract checker
  ASSERT_TRUE(scene.establish());
  const std::string deep(500'000, '[');
  std::string wide = "{";
  for (int i = 0; i < 20'000; ++i) wide += "\"a\":1,";
  for (const std::string& bomb :
       {deep, R"({"prompts":)" + deep, wide + "\"b\":1}", std::string(R"({"prompts":["\ud800"]})"),
        std::string(R"({"prompts":NaN})"), std::string(R"({"prompts":1e999})"),
        std::string(R"({"prompts":[)") + std::string(1 << 20, ' '),
        "{\"clientContext\":\"" + std::string(1 << 20, 'x') + "\",\"prompts\":[]}"}) {
    const auto answer = scene.post("playPrompt", bomb);
    EXPECT_EQ(answer.status, 400) << bomb.substr(0, 40);
    EXPECT_LT(refusal(answer).size(), 1'000u) << "it is not told back";
  }
  EXPECT_EQ(text(scene.get().body, "state"), "established");
}

TEST(Secrets, ReachNeitherTheLogNorTheTimeline) {
  WholeLog log;
  auto world = options();
  world.log = &log;
  CallScene scene(std::move(world), {.digits = "w1500 9"});
  const std::string prompt = "https://ivr.test/a.wav?sig=canary-prompt";
  scene.world.host(prompt, 200, wav(voice(1, 0.2)));
  ASSERT_TRUE(scene.ring());
  std::string answer = answer_body();
  answer.insert(answer.find("/calls\"") + 6, "?code=canary-callback");
  ASSERT_EQ(scene.post("answer", answer).status, 202);
  ASSERT_TRUE(scene.world.run_until([&] { return scene.caller.is_answered(); }, seconds(10)));
  ASSERT_EQ(scene.post("subscribeToTone").status, 200);
  ASSERT_EQ(scene.post("playPrompt", prompts_body({prompt}, R"("clientContext":"canary-context")"))
                .status,
            200);
  EXPECT_EQ(
      scene.post("playPrompt", prompts_body({"https://user:canary-password@ivr.test/"})).status,
      400);
  sim::Bot stranger = scene.bot;
  stranger.token = "canary.token.bad";
  EXPECT_EQ(scene.world.call_api(stranger, "GET", scene.path()).status, 401);
  scene.world.run_for(seconds(5));
  ASSERT_NE(scene.bot.deliveries.back().url.find("canary-callback"), std::string::npos);
  scene.caller.hang_up();
  scene.world.run_for(seconds(5));
  ASSERT_GE(log.lines.size(), 4u);
  std::vector<std::string> lines = log.lines;
  for (const auto& line : scene.world.store().timeline()) lines.push_back(line.entry);
  for (const std::string& secret :
       {std::string("canary"), std::string("tone9"), scene.bot.token, std::string("alice")})
    EXPECT_THAT(lines, Each(Not(HasSubstr(secret)))) << secret;
}

}  // namespace
}  // namespace parley::scenarios
