#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

/// The 2019 paths and shapes (api-contract §10): one call logic has two renderings.
CallScene scene_2019(sim::CallerOptions caller) {
  return CallScene(options(), std::move(caller), model::Dialect::app_2019);
}

/// The id at the end of a Location, of an operation of this call at its 2019 path.
std::string operation_in(const CallScene& scene, const sim::ApiAnswer& answer) {
  const std::string location = answer.header("Location");
  const std::size_t start = location.find(scene.path("operations/"));
  return start == std::string::npos ? "" : location.substr(location.rfind('/') + 1);
}

TEST(Dialect2019, RecordIsAcceptedWithALocationAndToldInItsOwnMembers) {
  CallScene scene = scene_2019({.sound = voice(21, 2.0)});
  ASSERT_TRUE(scene.establish());
  const auto accepted =
      scene.post("record", R"({"maxRecordDurationInSeconds":10,"maxSilenceTimeoutInSeconds":2,)"
                           R"("playBeep":false,"clientContext":"mine"})");
  EXPECT_EQ(accepted.status, 202);
  EXPECT_TRUE(accepted.body.is_null());
  const std::string operation = operation_in(scene, accepted);
  ASSERT_FALSE(operation.empty()) << accepted.header("Location");
  const auto followed = scene.get("operations/" + operation);
  EXPECT_EQ(followed.status, 200);
  EXPECT_EQ(text(followed.body, "id"), operation);
  EXPECT_EQ(text(followed.body, "status"), "running");
  const auto all = scene.get("operations");
  ASSERT_EQ(all.status, 200);
  EXPECT_EQ(all.body.at("value").as_array().size(), 1u);
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(12)));
  const sim::Delivery& ended = *scene.ended_operation(operation);
  EXPECT_EQ(ended.resource, "/app/calls/" + scene.call + "/operations/" + operation);
  EXPECT_EQ(text(ended.data, "status"), "completed");
  EXPECT_EQ(text(ended.data, "clientContext"), "mine");
  EXPECT_FALSE(text(ended.data, "recordResourceLocation").empty());
  EXPECT_FALSE(text(ended.data, "recordResourceAccessToken").empty());
  EXPECT_EQ(text(ended.data, "recordingLocation"), "");
  EXPECT_FALSE(text(ended.data, "createdDateTime").empty());
  EXPECT_EQ(text(ended.data.at("resultInfo"), "code"), "200");
}

/// What `updated` told of an operation; nullptr if nothing.
const sim::Delivery* progress_of(const CallScene& scene, const std::string& operation) {
  for (const sim::Delivery& delivery : scene.bot.deliveries)
    if (delivery.change_type == "updated" &&
        delivery.resource.ends_with("/operations/" + operation))
      return &delivery;
  return nullptr;
}

TEST(Dialect2019, ARecordThatStreamsTellsItsLocationWhenItBegins) {
  CallScene scene = scene_2019({.sound = voice(21, 6.0)});
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      operation_in(scene, scene.post("record", R"({"streamWhileRecording":true,"playBeep":false,)"
                                               R"("maxRecordDurationInSeconds":3})"));
  scene.world.run_for(seconds(1));
  const sim::Delivery* began = progress_of(scene, operation);
  ASSERT_NE(began, nullptr);
  const model::Json told = began->data;
  EXPECT_EQ(text(told, "status"), "running");
  EXPECT_FALSE(text(told, "recordResourceAccessToken").empty());
  EXPECT_FALSE(recorded(scene.world, operation).empty()) << "there is something to fetch";
  EXPECT_EQ(scene.ended_operation(operation), nullptr);
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
  EXPECT_EQ(text(scene.ended_operation(operation)->data, "recordResourceLocation"),
            text(told, "recordResourceLocation"));
  EXPECT_TRUE(text(told, "recordResourceLocation").ends_with("/recordings/" + operation));
}

TEST(Dialect2019, ARecordThatDoesNotStreamTellsNothingBeforeItsEnd) {
  CallScene scene = scene_2019({.sound = voice(21, 2.0)});
  ASSERT_TRUE(scene.establish());
  const std::string operation =
      operation_in(scene, scene.post("record", R"({"maxRecordDurationInSeconds":1})"));
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
  EXPECT_EQ(progress_of(scene, operation), nullptr);
}

TEST(Dialect2019, SubscribeToToneIsAcceptedAndItsCompletionIsTold) {
  CallScene scene = scene_2019({.digits = "w2000 5"});
  ASSERT_TRUE(scene.establish());
  const auto accepted = scene.post("subscribeToTone", R"({"clientContext":"keys"})");
  EXPECT_EQ(accepted.status, 202);
  EXPECT_TRUE(accepted.body.is_null());
  const std::string operation = operation_in(scene, accepted);
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(2)));
  EXPECT_EQ(text(scene.ended_operation(operation)->data, "status"), "completed");
  scene.world.run_for(seconds(4));
  const sim::Delivery& told = scene.bot.deliveries.back();
  EXPECT_EQ(text(told.data.at("toneInfo"), "tone"), "tone5");
  EXPECT_EQ(told.resource, "/app/calls/" + scene.call);
}

TEST(Dialect2019, TheOtherNameOfTheActionIsUnknownThere) {
  CallScene scene = scene_2019({});
  ASSERT_TRUE(scene.establish());
  EXPECT_EQ(scene.post("recordResponse").status, 404);
  EXPECT_EQ(
      scene.world
          .call_api(scene.bot, "POST", "/v1.0/communications/calls/" + scene.call + "/record", "{}")
          .status,
      404);
}

TEST(Dialect2019, RecordTellsItsEndWheneverTheProcessDies) {
  const auto play = [](CallScene& scene) {
    scene.answer_and([&scene] {
      scene.ask("record", R"({"maxRecordDurationInSeconds":1,"playBeep":false,)"
                          R"("streamWhileRecording":true})");
    });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(5));
    scene.ask_to_delete();
  };
  repeat_with_crashes(play,
                      {.caller = {.sound = voice(21, 1.0)}, .dialect = model::Dialect::app_2019});
}

}  // namespace
}  // namespace parley::scenarios
