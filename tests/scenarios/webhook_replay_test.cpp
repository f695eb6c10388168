// What the platform does with a notification that was set aside, when an operator says so.
#include <gtest/gtest.h>

#include "scenario_test_support.hpp"

namespace parley::scenarios {
namespace {

using std::chrono::minutes;
using Act = operations::directory::SettleSetAside::Act;

/// What waits is given up within minutes, so that the tests need not simulate hours.
sim::WorldOptions impatient() {
  sim::WorldOptions world = options();
  world.shard.webhooks.after_end = minutes(1);
  world.shard.webhooks.last_after_end = minutes(4);
  return world;
}

/// The row of a call's first notification.
std::optional<model::NotificationRecord> first_of(const CallScene& scene) {
  for (const auto& [id, row] : scene.world.store().notifications())
    if (row.sequence == 1) return row;
  return std::nullopt;
}

/// A call of a bot that was deaf from its establishment until everything about it was given up.
struct DeafBot {
  DeafBot() {
    EXPECT_TRUE(scene.establish());
    scene.world.run_for(seconds(1));
    scene.bot.on_delivery = [this](const sim::Delivery&) {
      return sim::WebhookReply{.status = is_deaf ? 503 : 202};
    };
    scene.caller.hang_up();
    scene.world.run_for(minutes(5));
    scene.bot.deliveries.clear();
    is_deaf = false;
  }

  /// The one that tells the call's end.
  model::NotificationRecord last() const {
    model::NotificationRecord last;
    for (const auto& [id, record] : scene.world.store().notifications())
      if (record.sequence >= last.sequence) last = record;
    return last;
  }

  CallScene scene{impatient()};
  bool is_deaf = true;
};

TEST(WebhookReplay, TellsItAgainWithItsOwnId) {
  DeafBot deaf;
  const auto before = deaf.last();
  ASSERT_EQ(before.status, model::NotificationStatus::set_aside);
  EXPECT_EQ(deaf.scene.world.settle(before, Act::replay).status, 202);
  deaf.scene.world.run_for(seconds(1));
  ASSERT_EQ(deaf.scene.bot.deliveries.size(), 1u);
  const sim::Delivery& told = deaf.scene.bot.deliveries.front();
  EXPECT_EQ(told.message_id, to_text(before.id));
  EXPECT_EQ(told.sequence, std::to_string(before.sequence));
  EXPECT_EQ(told.state(), "terminated");
  EXPECT_EQ(deaf.last().status, model::NotificationStatus::taken);
}

TEST(WebhookReplay, IsTriedAgainAndGivenUpAsOnesOfACallThatEndedNow) {
  DeafBot deaf;
  deaf.is_deaf = true;
  EXPECT_EQ(deaf.scene.world.settle(deaf.last(), Act::replay).status, 202);
  deaf.scene.world.run_for(minutes(3));
  EXPECT_GT(deaf.scene.bot.deliveries.size(), 3u);
  EXPECT_EQ(deaf.last().status, model::NotificationStatus::pending);
  deaf.scene.world.run_for(minutes(2));
  EXPECT_EQ(deaf.last().status, model::NotificationStatus::set_aside);
}

TEST(WebhookReplay, SurvivesARestart) {
  DeafBot deaf;
  deaf.is_deaf = true;
  EXPECT_EQ(deaf.scene.world.settle(deaf.last(), Act::replay).status, 202);
  deaf.scene.world.crash();
  deaf.scene.world.run_for(minutes(1));
  deaf.is_deaf = false;
  deaf.scene.world.run_for(minutes(10));
  EXPECT_EQ(deaf.last().status, model::NotificationStatus::taken);
}

TEST(WebhookReplay, IsRefusedForACallThatCanNoLongerBeAnswered) {
  CallScene scene;
  scene.bot.on_delivery = [](const sim::Delivery&) {
    return sim::WebhookReply{.status = 500};
  };
  ASSERT_TRUE(scene.ring());
  scene.world.run_for(minutes(1));
  const auto created = first_of(scene);
  ASSERT_TRUE(created);
  ASSERT_EQ(created->status, model::NotificationStatus::set_aside);
  const auto answer = scene.world.settle(*created, Act::replay);
  EXPECT_EQ(answer.status, 409);
  EXPECT_NE(refusal(answer).find("call is over"), std::string::npos);
  EXPECT_EQ(scene.world.settle(*created, Act::discard).status, 204);
  EXPECT_FALSE(first_of(scene));
}

TEST(WebhookReplay, IsNotPromisedWhereItsRowIsNotKept) {
  DeafBot deaf;
  deaf.scene.world.lose_commits(1);
  EXPECT_EQ(deaf.scene.world.settle(deaf.last(), Act::replay).status, 503);
  deaf.scene.world.run_for(minutes(1));
  EXPECT_TRUE(deaf.scene.bot.deliveries.empty());
}

TEST(WebhookReplay, IsNotTakenTwice) {
  DeafBot deaf;
  const auto row = deaf.last();
  deaf.is_deaf = true;
  EXPECT_EQ(deaf.scene.world.settle(row, Act::replay).status, 202);
  deaf.scene.world.run_for(seconds(1));
  EXPECT_EQ(deaf.scene.world.settle(row, Act::replay).status, 404) << "it waits to be told";
  EXPECT_EQ(deaf.scene.world.settle(row, Act::discard).status, 404);
  deaf.is_deaf = false;
  deaf.scene.world.run_for(minutes(5));
  EXPECT_EQ(deaf.last().status, model::NotificationStatus::taken);
}

TEST(WebhookReplay, HoldsThroughCrashes) {
  repeat_with_crashes(
      [](CallScene& scene) {
        scene.answer_and();
        const auto is_deaf = std::make_shared<bool>(true);
        scene.bot.on_delivery = [is_deaf,
                                 answer = scene.bot.on_delivery](const sim::Delivery& told) {
          sim::WebhookReply reply = answer(told);
          if (*is_deaf && told.state() == "terminated") reply.status = 503;
          return reply;
        };
        scene.caller.invite("ivr");
        scene.world.run_for(seconds(2));
        scene.caller.hang_up();
        scene.world.run_for(minutes(5));
        *is_deaf = false;
        std::vector<model::NotificationRecord> given_up;
        for (const auto& [id, row] : scene.world.store().notifications())
          if (row.status == model::NotificationStatus::set_aside) given_up.push_back(row);
        for (const auto& row : given_up) scene.world.settle(row, Act::replay);
      },
      {.world = impatient()});
}

}  // namespace
}  // namespace parley::scenarios
