#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

constexpr const char* kMenu = "https://ivr.test/menu.wav";
constexpr const char* kBye = "https://ivr.test/bye.wav";

TEST(PlayPrompt, IsHeardByTheCallerAndCompletes) {
  CallScene scene;
  const dsp::Samples menu = voice(7, 2.0);
  scene.world.host(kMenu, 200, wav(menu));
  ASSERT_TRUE(scene.establish());
  const auto started = scene.post("playPrompt", prompts_body({kMenu}, R"("clientContext":"menu")"));
  ASSERT_EQ(started.status, 200);
  EXPECT_EQ(text(started.body, "@odata.type"), "#microsoft.graph.playPromptOperation");
  EXPECT_EQ(text(started.body, "status"), "running");
  const std::string operation = text(started.body, "id");
  EXPECT_TRUE(
      started.header("Location").ends_with("/calls/" + scene.call + "/operations/" + operation));
  ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
  const model::Json& ended = scene.ended_operation(operation)->data;
  EXPECT_EQ(text(ended, "status"), "completed");
  EXPECT_EQ(text(ended, "clientContext"), "menu");
  EXPECT_EQ(number(ended.at("resultInfo"), "code"), 200);
  scene.world.run_for(seconds(1));
  EXPECT_EQ(missing_in(scene.caller.heard(), menu), "");
  // The same check fails for another sound and for silence.
  EXPECT_NE(missing_in(scene.caller.heard(), voice(8, 2.0)), "");
  EXPECT_NE(missing_in(dsp::Samples(48'000, 0), menu), "");
}

TEST(PlayPrompt, SurvivesALossyNetwork) {
  auto world = options(3);
  world.link = {
      .loss = 0.03, .duplicate = 0.02, .delay = milliseconds(20), .jitter = milliseconds(20)};
  CallScene scene(std::move(world));
  const dsp::Samples menu = voice(7, 2.0);
  scene.world.host(kMenu, 200, wav(menu));
  ASSERT_TRUE(scene.establish());
  const auto started = scene.post("playPrompt", prompts_body({kMenu}));
  ASSERT_TRUE(scene.wait_for_operation(text(started.body, "id"), seconds(8)));
  scene.world.run_for(seconds(1));
  const auto match = dsp::match_sound({scene.caller.heard(), 16'000}, {menu, 16'000});
  EXPECT_GT(match.correlation, 0.75) << match.text();
}

TEST(PlayPrompt, QueuesSeveralOperationsInTheirOrder) {
  CallScene scene;
  scene.world.host(kMenu, 200, wav(voice(7, 1.0)));
  scene.world.host(kBye, 200, wav(voice(9, 1.0)));
  ASSERT_TRUE(scene.establish());
  const std::string first = text(scene.post("playPrompt", prompts_body({kMenu, kBye})).body, "id");
  const std::string second = text(scene.post("playPrompt", prompts_body({kBye})).body, "id");
  ASSERT_TRUE(scene.wait_for_operation(second, seconds(8)));
  ASSERT_NE(scene.ended_operation(first), nullptr);
  EXPECT_LT(scene.ended_operation(first)->at, scene.ended_operation(second)->at);
  EXPECT_GE(scene.ended_operation(second)->at - scene.ended_operation(first)->at,
            milliseconds(900));
}

TEST(PlayPrompt, FetchesAPromptOnceAndAsksAgainWithItsValidator) {
  CallScene scene;
  scene.world.host(kMenu, 200, wav(voice(7, 0.5)));
  ASSERT_TRUE(scene.establish());
  for (int i = 0; i < 3; ++i) {
    const std::string operation = text(scene.post("playPrompt", prompts_body({kMenu})).body, "id");
    ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
    EXPECT_EQ(text(scene.ended_operation(operation)->data, "status"), "completed");
  }
  EXPECT_EQ(scene.world.fetches_of(kMenu), 3u);
}

TEST(PlayPrompt, WithAResourceIdIsReusedForAnHourWithoutAFetch) {
  CallScene scene;
  scene.world.host(kMenu, 200, wav(voice(7, 1.0)));
  ASSERT_TRUE(scene.establish());
  const auto play = [&] {
    const std::string body =
        R"({"prompts":[{"@odata.type":"#microsoft.graph.mediaPrompt",)"
        R"("mediaInfo":{"uri":"https://ivr.test/menu.wav","resourceId":"menu-1"}}]})";
    const std::string operation = text(scene.post("playPrompt", body).body, "id");
    ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5)));
    EXPECT_EQ(text(scene.ended_operation(operation)->data, "status"), "completed");
  };
  play();
  EXPECT_EQ(scene.world.fetches_of(kMenu), 1u);
  scene.world.run_for(std::chrono::minutes(40));
  scene.post("keepAlive", "");
  scene.world.run_for(std::chrono::minutes(18));
  const auto received = scene.caller.packets_received();
  play();
  scene.world.run_for(seconds(1));
  EXPECT_EQ(scene.world.fetches_of(kMenu), 1u);
  EXPECT_GE(scene.caller.packets_received(), received + 48) << "one second of 20 ms packets";
  scene.world.run_for(std::chrono::minutes(3));
  play();
  EXPECT_EQ(scene.world.fetches_of(kMenu), 2u) << "the hour is over";
}

TEST(PlayPrompt, FailsWithTheReasonWhenThePromptCannotBeHad) {
  CallScene scene;
  scene.world.host(kMenu, 404, {});
  scene.world.host(kBye, 200, to_bytes(as_bytes("this is no WAV")));
  ASSERT_TRUE(scene.establish());
  for (const char* url : {kMenu, kBye, "https://nowhere.test/x.wav"}) {
    const std::string operation = text(scene.post("playPrompt", prompts_body({url})).body, "id");
    ASSERT_TRUE(scene.wait_for_operation(operation, seconds(5))) << url;
    const model::Json& ended = scene.ended_operation(operation)->data;
    EXPECT_EQ(text(ended, "status"), "failed");
    EXPECT_EQ(number(ended.at("resultInfo"), "subcode"), 8536);
    EXPECT_FALSE(text(ended.at("resultInfo"), "message").empty());
  }
}

TEST(PlayPrompt, IsRefusedBeforeTheCallIsEstablishedAndForWrongBodies) {
  CallScene scene;
  ASSERT_TRUE(scene.ring());
  EXPECT_EQ(scene.post("playPrompt", prompts_body({kMenu})).status, 409);
  EXPECT_EQ(scene.post("playPrompt", "{}").status, 400);
  EXPECT_EQ(scene.post("playPrompt", prompts_body({"ftp://x/y.wav"})).status, 400);
  EXPECT_EQ(scene.post("playPrompt", prompts_body({"http://10.0.0.1/y.wav"})).status, 400);
  EXPECT_EQ(scene.post("playPrompt", "{\"prompts\":").status, 400);
}

TEST(PlayPrompt, IsRefusedWhileTooManyWait) {
  auto world = options();
  world.shard.calling.max_waiting_media = 2;
  CallScene scene(std::move(world));
  scene.world.host("https://ivr.test/a.wav", 200, wav(voice(1, 2.0)));
  ASSERT_TRUE(scene.establish());
  const std::string body = prompts_body({"https://ivr.test/a.wav"});
  EXPECT_EQ(scene.post("playPrompt", body).status, 200);
  EXPECT_EQ(scene.post("playPrompt", body).status, 200);
  const auto refused = scene.post("playPrompt", body);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(text(refused.body.at("error"), "code"), "TooManyRequests");
  EXPECT_EQ(scene.post("cancelMediaProcessing").status, 200);
  EXPECT_EQ(scene.post("playPrompt", body).status, 200);
}

TEST(PlayPrompt, SendsNothingWhileNothingPlays) {
  CallScene scene;
  ASSERT_TRUE(scene.establish());
  scene.world.run_for(seconds(1));
  const auto before = scene.caller.packets_received();
  scene.world.run_for(seconds(10));
  EXPECT_EQ(scene.caller.packets_received(), before);
}

TEST(PlayPrompt, TellsItsEndWheneverTheProcessDies) {
  repeat_with_crashes([](CallScene& scene) {
    scene.world.host(kMenu, 200, wav(voice(7, 0.4)));
    scene.answer_and([&scene] {
      for (int i = 0; i < 2; ++i) scene.ask("playPrompt", prompts_body({kMenu}));
    });
    scene.caller.invite("ivr");
    scene.world.run_for(seconds(6));
    scene.ask_to_delete();
  });
}

}  // namespace
}  // namespace parley::scenarios
