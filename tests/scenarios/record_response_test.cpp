#include <gtest/gtest.h>

#include "dsp/tone.hpp"
#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

std::string reason_in(const sim::Delivery& delivery) {
  return text(delivery.data.at("resultInfo"), "message");
}

TEST(RecordResponse, KeepsWhatTheCallerSaidUntilSilence) {
  const dsp::Samples said = voice(21, 2.0);
  CallScene scene(options(), {.sound = said});
  ASSERT_TRUE(scene.establish());
  const auto started = scene.post(
      "recordResponse",
      R"({"maxRecordDurationInSeconds":10,"maxSilenceTimeoutInSeconds":2,"playBeep":false})");
  ASSERT_EQ(started.status, 200);
  EXPECT_EQ(text(started.body, "@odata.type"), "#microsoft.graph.recordOperation");
  const std::string operation = text(started.body, "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(12)));
  const sim::Delivery& ended = *scene.ended_operation(operation);
  EXPECT_EQ(text(ended.data, "status"), "completed");
  EXPECT_EQ(number(ended.data.at("resultInfo"), "subcode"), 0);
  EXPECT_NE(reason_in(ended).find("maxSilenceTimeout"), std::string::npos) << reason_in(ended);
  EXPECT_FALSE(text(ended.data, "recordingLocation").empty());
  EXPECT_FALSE(text(ended.data, "recordingAccessToken").empty());
  EXPECT_EQ(missing_in(recorded(scene.world, operation), said), "");
  EXPECT_NE(missing_in(recorded(scene.world, operation), voice(22, 2.0)), "");
}

TEST(RecordResponse, EndsAtItsLongestDuration) {
  CallScene scene(options(), {.sound = voice(21, 8.0)});
  ASSERT_TRUE(scene.establish());
  const std::string operation = text(
      scene.post("recordResponse", R"({"maxRecordDurationInSeconds":3,"playBeep":false})").body,
      "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(8)));
  EXPECT_EQ(number(scene.ended_operation(operation)->data.at("resultInfo"), "subcode"), 8515);
  EXPECT_NEAR(static_cast<double>(recorded(scene.world, operation).size()), 48'000.0, 1'600.0);
}

TEST(RecordResponse, EndsAtAStopTone) {
  CallScene scene(options(), {.sound = voice(21, 8.0), .digits = "w3000 #"});
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      text(scene
               .post("recordResponse",
                     R"({"maxRecordDurationInSeconds":20,"playBeep":false,"stopTones":["#"]})")
               .body,
           "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(8)));
  EXPECT_NE(reason_in(*scene.ended_operation(operation)).find("stopToneDetected"),
            std::string::npos);
}

TEST(RecordResponse, FailsWhenItsPromptCannotBeHad) {
  const char* const kPrompt = "https://bot.test/speak.wav";
  CallScene scene(options(), {.sound = voice(21, 8.0)});
  scene.world.host(kPrompt, 404, {});
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      text(scene.post("recordResponse", prompts_body({kPrompt})).body, "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(8)));
  const sim::Delivery& ended = *scene.ended_operation(operation);
  EXPECT_EQ(text(ended.data, "status"), "failed");
  EXPECT_EQ(number(ended.data.at("resultInfo"), "subcode"), 8536);
  EXPECT_NE(reason_in(ended).find("playPromptFailed"), std::string::npos) << reason_in(ended);
  EXPECT_TRUE(text(ended.data, "recordingLocation").empty());
}

TEST(RecordResponse, FailsWhenNobodySpeaks) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      text(scene.post("recordResponse", R"({"initialSilenceTimeoutInSeconds":2})").body, "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(8)));
  const sim::Delivery& ended = *scene.ended_operation(operation);
  EXPECT_EQ(text(ended.data, "status"), "failed");
  EXPECT_EQ(number(ended.data.at("resultInfo"), "code"), 400);
  EXPECT_EQ(number(ended.data.at("resultInfo"), "subcode"), 8514);
  EXPECT_TRUE(text(ended.data, "recordingLocation").empty());
}

TEST(RecordResponse, PlaysItsPromptAndABeepFirst) {
  CallScene scene;
  const dsp::Samples prompt = voice(31, 1.0);
  scene.world.host("https://ivr.test/say.wav", 200, wav(prompt));
  ASSERT_TRUE(scene.establish());
  const std::string operation = text(
      scene
          .post("recordResponse",
                prompts_body({"https://ivr.test/say.wav"}, R"("initialSilenceTimeoutInSeconds":2)"))
          .body,
      "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(10)));
  EXPECT_EQ(missing_in(scene.caller.heard(), prompt), "");
  const auto beep = dsp::make_tone({.rate = 16'000, .frequency = 1'000.0F, .duration_ms = 400});
  EXPECT_EQ(missing_in(scene.caller.heard(), beep), "");
  const auto match = dsp::match_sound({scene.caller.heard(), 16'000}, {beep, 16'000});
  const auto prompted = dsp::match_sound({scene.caller.heard(), 16'000}, {prompt, 16'000});
  EXPECT_GT(match.offset_ms, prompted.offset_ms + 950);
  // The same check fails for another tone.
  const auto other = dsp::make_tone({.rate = 16'000, .frequency = 700.0F, .duration_ms = 400});
  EXPECT_NE(missing_in(scene.caller.heard(), other), "");
}

TEST(RecordResponse, BeepsNotWhenToldSo) {
  CallScene scene;
  const dsp::Samples prompt = voice(31, 1.0);
  scene.world.host("https://ivr.test/say.wav", 200, wav(prompt));
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      text(scene
               .post("recordResponse",
                     prompts_body({"https://ivr.test/say.wav"},
                                  R"("initialSilenceTimeoutInSeconds":2,"playBeep":false)"))
               .body,
           "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(10)));
  EXPECT_EQ(missing_in(scene.caller.heard(), prompt), "");
  const auto beep = dsp::make_tone({.rate = 16'000, .frequency = 1'000.0F, .duration_ms = 400});
  EXPECT_NE(missing_in(scene.caller.heard(), beep), "");
}

TEST(RecordResponse, ThatMayBargeInCancelsWhatRunsAndWaits) {
  CallScene scene(options(), {.sound = voice(21, 6.0)});
  scene.world.host("https://ivr.test/long.wav", 200, wav(voice(9, 20.0)));
  ASSERT_TRUE(scene.establish());
  const auto play = [&] {
    return text(scene.post("playPrompt", prompts_body({"https://ivr.test/long.wav"})).body, "id");
  };
  const std::string running = play();
  const std::string waiting = play();
  scene.world.run_for(seconds(1));
  const std::string operation =
      text(scene.post("recordResponse", R"({"bargeInAllowed":true,"maxRecordDurationInSeconds":2})")
               .body,
           "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(10)));
  for (const std::string& cancelled : {running, waiting}) {
    ASSERT_NE(scene.ended_operation(cancelled), nullptr);
    EXPECT_EQ(number(scene.ended_operation(cancelled)->data.at("resultInfo"), "subcode"), 8508);
  }
}

TEST(RecordResponse, IsCompletedWhenThePeerHangsUp) {
  const dsp::Samples said = voice(21, 3.0);
  CallScene scene(options(), {.sound = said});
  ASSERT_TRUE(scene.establish());
  const std::string operation = text(
      scene.post("recordResponse", R"({"maxRecordDurationInSeconds":60,"playBeep":false})").body,
      "id");
  scene.world.run_for(seconds(3));
  scene.caller.hang_up();
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(2)));
  EXPECT_EQ(text(scene.ended_operation(operation)->data, "status"), "completed");
  EXPECT_FALSE(text(scene.ended_operation(operation)->data, "recordingLocation").empty());
  EXPECT_GT(recorded(scene.world, operation).size(), 32'000u);
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.bot.deliveries.back().state(), "terminated");
}

TEST(RecordResponse, FailsWhenTheDiskIsFullAndTheCallGoesOn) {
  CallScene scene(options(), {.sound = voice(21, 4.0)});
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      text(scene.post("recordResponse", R"({"playBeep":false})").body, "id");
  scene.world.run_for(seconds(2));
  const std::size_t kept = recorded(scene.world, operation).size();
  EXPECT_GT(kept, 16'000u);
  scene.world.fill_disk();
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(2)));
  const sim::Delivery& ended = *scene.ended_operation(operation);
  EXPECT_EQ(text(ended.data, "status"), "failed");
  EXPECT_EQ(number(ended.data.at("resultInfo"), "code"), 500);
  EXPECT_NE(reason_in(ended).find("No space left on device"), std::string::npos);
  EXPECT_FALSE(text(ended.data, "recordingLocation").empty()) << "what was written is kept";
  scene.world.run_for(seconds(5));
  EXPECT_FALSE(scene.caller.is_over());
  EXPECT_EQ(recorded(scene.world, operation).size(), kept);
  const model::RecordingRecord& record = scene.world.store().recordings().begin()->second;
  EXPECT_TRUE(record.complete);
  EXPECT_EQ(record.bytes, scene.world.files().at(record.file_name).size());
}

TEST(RecordResponse, OfWhichNothingCouldBeWrittenLeavesNone) {
  CallScene scene(options(), {.sound = voice(21, 4.0)});
  ASSERT_TRUE(scene.establish());
  scene.world.fill_disk();
  const std::string operation =
      text(scene.post("recordResponse", R"({"playBeep":false})").body, "id");
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
  const sim::Delivery& ended = *scene.ended_operation(operation);
  EXPECT_EQ(text(ended.data, "status"), "failed");
  EXPECT_TRUE(text(ended.data, "recordingLocation").empty());
  scene.world.run_for(seconds(1));
  EXPECT_TRUE(scene.world.store().recordings().empty());
  EXPECT_TRUE(scene.world.files().empty());
  EXPECT_FALSE(scene.caller.is_over());
}

TEST(RecordResponse, IsListedWithItsWholeLengthWhoeverEndsTheCall) {
  for (const char* hung_up_by : {"bot", "caller"}) {
    SCOPED_TRACE(hung_up_by);
    CallScene scene(options(), {.sound = voice(21, 3.0)});
    ASSERT_TRUE(scene.establish());
    const std::string operation =
        text(scene.post("recordResponse", R"({"playBeep":false})").body, "id");
    scene.world.run_for(milliseconds(300));
    if (std::string(hung_up_by) == "bot")
      scene.ask_to_delete();
    else
      scene.caller.hang_up();
    ASSERT_TRUE(scene.wait_for_operation(operation, seconds(2)));
    scene.world.run_for(seconds(1));
    ASSERT_EQ(scene.world.store().recordings().size(), 1u);
    const model::RecordingRecord& record = scene.world.store().recordings().begin()->second;
    EXPECT_TRUE(record.complete);
    EXPECT_GT(recorded(scene.world, operation).size(), 2'000u);
    EXPECT_EQ(record.bytes, scene.world.files().at(record.file_name).size());
  }
}

TEST(RecordResponse, ThatEndsBeforeItsFirstFrameLeavesNoRecording) {
  for (const char* hung_up_by : {"bot", "caller"}) {
    SCOPED_TRACE(hung_up_by);
    CallScene scene;
    ASSERT_TRUE(scene.establish());
    std::string operation;
    scene.world.request(
        scene.bot, "POST", scene.path("recordResponse"), R"({"playBeep":false})",
        [&operation](const sim::ApiAnswer& answer) { operation = text(answer.body, "id"); });
    if (std::string(hung_up_by) == "bot")
      scene.ask_to_delete();
    else
      scene.caller.hang_up();
    scene.world.run_for(seconds(2));
    ASSERT_NE(scene.ended_operation(operation), nullptr);
    const model::Json& ended = scene.ended_operation(operation)->data;
    EXPECT_EQ(text(ended, "status"), "failed");
    EXPECT_EQ(number(ended.at("resultInfo"), "subcode"), 8508);
    EXPECT_TRUE(text(ended, "recordingLocation").empty());
    EXPECT_TRUE(scene.world.files().empty());
    EXPECT_TRUE(scene.world.store().recordings().empty());
    EXPECT_EQ(scene.world.live_calls(), 0u);
  }
}

TEST(RecordResponse, NeedsAccessMedia) {
  sim::World world(options());
  sim::Bot& bot = world.add_bot("ivr", {"Calls.Initiate.All"});
  sim::Caller& caller = world.add_caller("alice");
  caller.invite("ivr");
  ASSERT_TRUE(world.run_until([&] { return !bot.deliveries.empty(); }));
  const auto refused =
      world.call_api(bot, "POST", call_path(bot.last_call(), "recordResponse"), "{}");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(text(refused.body.at("error"), "code"), "7504");
  const std::string message = text(refused.body.at("error"), "message");
  EXPECT_NE(message.find("Calls.AccessMedia.All"), std::string::npos) << message;
  EXPECT_NE(message.find("parley app grant"), std::string::npos) << message;
}

TEST(RecordResponse, TellsItsEndWheneverTheProcessDies) {
  const auto play = [](CallScene& scene) {
    scene.answer_and([&scene] {
      scene.ask("recordResponse", R"({"maxRecordDurationInSeconds":1,"playBeep":false})");
    });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(6));
    scene.caller.hang_up();
  };
  repeat_with_crashes(play, {.caller = {.sound = voice(21, 1.0)}});
}

TEST(RecordResponse, ThatAHangUpCompletesTellsItWheneverTheProcessDies) {
  const auto play = [](CallScene& scene) {
    scene.answer_and([&scene] { scene.ask("recordResponse", R"({"playBeep":false})"); });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(4));
    scene.caller.hang_up();
  };
  repeat_with_crashes(play, {.caller = {.sound = voice(21, 6.0)}});
}

void record_and_wait(CallScene& scene, const char* body) {
  scene.answer_and([&scene, body] { scene.ask("recordResponse", body); });
  scene.caller.invite("ivr");
  scene.world.run_for(seconds(7));
  scene.caller.hang_up();
}

TEST(RecordResponse, ThatNobodySpeaksIntoTellsItsEndWheneverTheProcessDies) {
  repeat_with_crashes(
      [](CallScene& scene) { record_and_wait(scene, R"({"initialSilenceTimeoutInSeconds":2})"); });
}

TEST(RecordResponse, ThatSilenceEndsTellsItWheneverTheProcessDies) {
  const auto play = [](CallScene& scene) {
    record_and_wait(scene, R"({"maxSilenceTimeoutInSeconds":1,"playBeep":false})");
  };
  repeat_with_crashes(play, {.caller = {.sound = voice(21, 2.0)}});
}

TEST(RecordResponse, ThatAStopToneEndsTellsItWheneverTheProcessDies) {
  const auto play = [](CallScene& scene) {
    record_and_wait(scene, R"({"playBeep":false,"stopTones":["#"]})");
  };
  repeat_with_crashes(play, {.caller = {.sound = voice(21, 8.0), .digits = "w2000 #"}});
}

}  // namespace
}  // namespace parley::scenarios
