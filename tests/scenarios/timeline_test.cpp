// What an operator reads afterwards: each call's timeline, and the log's line of each change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The call's lines in their order, `WHAT: DETAIL`.
std::vector<std::string> timeline(const CallScene& scene) {
  std::vector<std::string> lines;
  for (const model::TimelineRecord& row : scene.world.store().timeline()) {
    const model::Json entry = *model::parse_json(row.entry);
    if (to_text(row.call_id) == scene.call)
      lines.push_back(text(entry, "what") + ": " + text(entry, "detail"));
  }
  return lines;
}

/// Those of the lines that begin with these words.
std::vector<std::string> only(const std::vector<std::string>& lines, std::string_view words) {
  std::vector<std::string> found;
  for (const std::string& line : lines)
    if (line.starts_with(words)) found.push_back(line);
  return found;
}

TEST(Timeline, TellsEachAttemptToReachTheWebhook) {
  CallScene scene;
  scene.bot.on_delivery = [refused = false](const sim::Delivery& delivery) mutable {
    if (delivery.state() != "establishing" || refused) return sim::WebhookReply{};
    refused = true;
    return sim::WebhookReply{.status = 500};
  };
  ASSERT_TRUE(scene.ring());
  scene.world.run_for(seconds(1));
  ASSERT_EQ(scene.post("answer", answer_body()).status, 202);
  scene.world.run_for(seconds(5));
  EXPECT_THAT(
      only(timeline(scene), "notif"),
      ElementsAre(
          "notified: #1 incomingCall incoming, attempt 1 to https://ivr.test: status 202",
          "notification refused: #2 callUpdated establishing, attempt 1 to https://ivr.test: "
          "status 500",
          "notified: #2 callUpdated establishing, attempt 2 to https://ivr.test: status 202",
          "notified: #3 callUpdated established, attempt 1 to https://ivr.test: status 202",
          "notified: #4 callUpdated established, audio active, attempt 1 to https://ivr.test: "
          "status 202"));
}

TEST(Timeline, TellsWhyARequestWasRefused) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  ASSERT_EQ(scene.post("answer", answer_body()).status, 409);
  ASSERT_EQ(scene.post("recordResponse", R"({"stopTones":["tone5 and a secret"]})").status, 400);
  scene.caller.hang_up();
  scene.world.run_for(seconds(1));
  EXPECT_THAT(only(timeline(scene), "request"),
              ElementsAre("request answer: answered 202",
                          AllOf(StartsWith("request answer: answered 409 invalidCallState: "),
                                HasSubstr("is established; this action is possible while it is "
                                          "incoming")),
                          AllOf(StartsWith("request recordResponse: answered 400 BadRequest: "),
                                HasSubstr("stopTones[0]: found the string [quoted], allowed is"))));
}

TEST(Timeline, HoldsNoKeyThatWasPressed) {
  CallScene scene(options(), {.digits = "w1000 5"});
  ASSERT_TRUE(scene.establish());
  ASSERT_EQ(scene.post("subscribeToTone").status, 200);
  scene.world.run_for(seconds(3));
  scene.caller.hang_up();
  scene.world.run_for(seconds(1));
  EXPECT_THAT(timeline(scene), Contains("notified: tone, attempt 1 to https://ivr.test: status "
                                        "202"));
  EXPECT_THAT(timeline(scene), Each(Not(HasSubstr("tone5"))));
}

/// Keeps the lines that tell of calls, each as its fields.
class CallLog final : public LogSink {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
    if (event != "call") return;
    std::map<std::string, std::string>& line = lines_.emplace_back();
    for (const LogField& field : fields) line[std::string(field.key)] = field.value;
  }
  /// `CALL REQUEST REASON` of the line that tells a state.
  std::string of(const std::string& state) const {
    for (const auto& line : lines_)
      if (line.at("what") == state)
        return line.at("call") + " " + line.at("request") + " " + line.at("detail");
    return "";
  }

 private:
  std::vector<std::map<std::string, std::string>> lines_;
};

TEST(Log, TellsEachStateWithItsCallRequestAndReason) {
  CallLog log;
  auto world = options();
  world.log = &log;
  CallScene scene(std::move(world));
  ASSERT_TRUE(scene.ring());
  const auto answered = scene.post("answer", answer_body());
  scene.world.run_for(seconds(2));
  const auto deleted = scene.world.call_api(scene.bot, "DELETE", scene.path());
  EXPECT_THAT(log.of("incoming"), StartsWith(scene.call + "  from "));
  EXPECT_EQ(log.of("establishing"),
            scene.call + " " + answered.header("request-id") + " answered by the bot");
  EXPECT_EQ(log.of("established"), scene.call + "  answered, and media is connected");
  for (const char* state : {"terminating", "terminated"})
    EXPECT_EQ(log.of(state),
              scene.call + " " + deleted.header("request-id") + " hung up by the bot");
}

}  // namespace
}  // namespace parley::scenarios
