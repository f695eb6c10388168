#include "calling/conversation.hpp"

#include <gmock/gmock.h>

#include <optional>

#include "calling/calling_test_support.hpp"

namespace parley::calling {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ConversationTest : public ::testing::Test {
 protected:
  ConversationTest() {
    const UserInvite invite{.endpoint = {SessionId{Uuid::random(host_.random)}, "c1"},
                            .tenant = {},
                            .user = UserId{Uuid::random(host_.random)},
                            .display_name = "Ann"};
    const CalledApplication called{
        .application = {}, .display_name = "ivr", .callback_uri = "https://bot.test/calls"};
    conversation_.emplace(host_.step, ConversationId{Uuid::random(host_.random)}, invite, called);
  }

  Call& call() { return *conversation_->find_call(conversation_->call().id()); }
  bool answer() { return conversation_->answer(host_.step, call(), {}).ok(); }
  void connect() {
    conversation_->handle_bridge_event(host_.step,
                                       model::PortConnected{conversation_->user().port});
  }

  /// What the user's device was told since the last time, e.g. `ended 486/0`.
  std::vector<std::string> heard() {
    std::vector<std::string> texts;
    for (const GatedEffect& effect : host_.batch.gated)
      if (const auto* tell = std::get_if<TellEndpoint>(&effect)) {
        if (std::holds_alternative<model::EndpointRinging>(tell->command))
          texts.emplace_back("ringing");
        if (std::holds_alternative<model::EndpointConnecting>(tell->command))
          texts.emplace_back("connecting");
        if (std::holds_alternative<model::EndpointAnswered>(tell->command))
          texts.emplace_back("answered");
        if (const auto* ended = std::get_if<model::EndpointEnded>(&tell->command))
          texts.push_back("ended " + std::to_string(ended->outcome.code) + "/" +
                          std::to_string(ended->outcome.subcode));
      }
    host_.batch.gated.clear();
    return texts;
  }
  template <class Command>
  std::size_t commands() const {
    return static_cast<std::size_t>(
        std::count_if(host_.batch.bridge.begin(), host_.batch.bridge.end(),
                      [](const auto& one) { return std::holds_alternative<Command>(one); }));
  }

  StepHost host_;
  std::optional<Conversation> conversation_;
};

TEST_F(ConversationTest, MediaFlowsWhenItIsAnsweredAndConnectedInEitherOrder) {
  ASSERT_TRUE(answer());
  EXPECT_THAT(heard(), ElementsAre("ringing", "connecting"));
  EXPECT_EQ(commands<model::OpenMedia>(), 0u);
  connect();
  EXPECT_THAT(heard(), ElementsAre("answered"));
  EXPECT_EQ(commands<model::OpenMedia>(), 1u);
  EXPECT_EQ(call().state(), CallState::established);
}

TEST_F(ConversationTest, ADeviceMayBeConnectedBeforeTheBotAnswers) {
  connect();
  EXPECT_EQ(call().state(), CallState::incoming);
  ASSERT_TRUE(answer());
  EXPECT_THAT(heard(), ElementsAre("ringing", "connecting", "answered"));
  EXPECT_EQ(commands<model::OpenMedia>(), 1u);
}

TEST_F(ConversationTest, ARejectIsToldWithItsReasonAndOnce) {
  RejectCommand busy;
  busy.reason = model::RejectReason::busy;
  ASSERT_TRUE(conversation_->reject(host_.step, call(), busy));
  EXPECT_THAT(heard(), ElementsAre("ringing", "ended 486/0"));
  EXPECT_EQ(commands<model::CloseMedia>(), 1u);
  EXPECT_FALSE(conversation_->reject(host_.step, call(), busy));
  EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(ConversationTest, ABotThatHangsUpBeforeItAnswersDeclines) {
  conversation_->hang_up(host_.step, call());
  EXPECT_THAT(heard(), ElementsAre("ringing", "ended 603/0"));
}

TEST_F(ConversationTest, EndsForBothWhenEitherLeaves) {
  ASSERT_TRUE(answer());
  connect();
  heard();
  conversation_->user_hung_up(host_.step);
  EXPECT_THAT(heard(), ElementsAre("ended 200/4521"));
  EXPECT_TRUE(conversation_->is_over());
  conversation_->user_lost(host_.step);
  conversation_->hang_up(host_.step, call());
  connect();
  EXPECT_THAT(heard(), IsEmpty()) << "it is over";
  EXPECT_EQ(commands<model::CloseMedia>(), 1u);
}

TEST_F(ConversationTest, EndsWhenNobodyAnswersInTime) {
  host_.now.monotonic += host_.options.answer_window - seconds(1);
  conversation_->handle_timeout(host_.step);
  EXPECT_FALSE(conversation_->is_over());
  host_.now.monotonic += seconds(1);
  conversation_->handle_timeout(host_.step);
  EXPECT_THAT(heard(), ElementsAre("ringing", "ended 408/1106"));
  EXPECT_EQ(conversation_->next_deadline(), std::nullopt);
}

TEST(EndAfterRestart, ClosesWhatWasOpenAndKeepsWhatWasRecorded) {
  StepHost host;
  model::CallRecord call;
  call.state = CallState::established;
  call.next_sequence = 4;
  std::vector<model::OperationRecord> open(2);
  open[0].id = OperationId{Uuid::random(host.random)};
  open[0].kind = model::OperationKind::record;
  open[1].id = OperationId{Uuid::random(host.random)};
  end_after_restart(host.step, call, open, {open[0].id});
  EXPECT_THAT(host.told(),
              ElementsAre("4 record 200/0", "5 playPrompt 500/9998", "6 terminated 500/9998"));
  EXPECT_EQ(host.batch.rows.size(), 3u);
}

}  // namespace
}  // namespace parley::calling
