#include "calling/call.hpp"

#include <gmock/gmock.h>

#include <optional>

#include "calling/calling_test_support.hpp"

namespace parley::calling {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const model::Outcome kHungUp{200, 4521, "The peer hung up the call."};

class CallTest : public ::testing::Test {
 protected:
  CallTest() { make(); }

  void make() {
    model::CallRecord record;
    record.id = CallId{Uuid::random(host_.random)};
    record.callback_uri = "https://bot.test/calls";
    call_.emplace(host_.step, std::move(record), PortId{2});
  }
  void establish() {
    ASSERT_TRUE(call_->answer(host_.step, {}));
    call_->establish(host_.step);
    host_.told();
    host_.batch = {};
  }
  OperationId kept(const Call::Told& told) {
    EXPECT_TRUE(told);
    ids_.push_back(told->id);
    return told->id;
  }
  OperationId play() { return kept(call_->play(host_.step, {}, {})); }
  OperationId record(bool barge_in = false) {
    model::RecordOptions options;
    options.barge_in_allowed = barge_in;
    return kept(call_->record_audio(host_.step, {}, options));
  }
  void end_operation(OperationId id) {
    call_->operation_ended(host_.step, id,
                           {model::OperationStatus::completed, {200, 0, ""}, {}, false});
  }
  std::vector<std::string> told() { return host_.told(); }
  std::vector<std::string> commands() { return host_.commands(ids_); }

  StepHost host_;
  std::optional<Call> call_;
  std::vector<OperationId> ids_;  ///< as they were asked for
};

TEST_F(CallTest, TellsItsBotEachStateOnceAndCountsWithoutAGap) {
  ASSERT_TRUE(call_->answer(host_.step, {}));
  call_->establish(host_.step);
  call_->end(host_.step, kHungUp, "the caller hung up");
  EXPECT_THAT(told(), ElementsAre("1 incoming", "2 establishing", "3 established", "4 terminating",
                                  "5 terminated 200/4521"));
  EXPECT_TRUE(call_->is_over());
  EXPECT_EQ(call_->record().next_sequence, 6u);
}

TEST_F(CallTest, IsAnsweredOnce) {
  ASSERT_TRUE(call_->answer(host_.step, {.callback_uri = "https://bot.test/new", .prefetch = {}}));
  EXPECT_EQ(call_->record().callback_uri, "https://bot.test/new");
  const auto again = call_->answer(host_.step, {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().state, CallState::establishing);
  EXPECT_THAT(again.error().allowed, ElementsAre(CallState::incoming));
}

TEST_F(CallTest, RefusesMediaUntilItIsEstablished) {
  const auto expect_refused = [](const Call::Told& told) {
    ASSERT_FALSE(told);
    EXPECT_THAT(told.error().allowed, ElementsAre(CallState::established));
    EXPECT_EQ(told.error().limit, 0u);
  };
  expect_refused(call_->play(host_.step, {}, {}));
  expect_refused(call_->record_audio(host_.step, {}, {}));
  expect_refused(call_->mute(host_.step, {}, true));
  expect_refused(call_->subscribe_to_tone(host_.step, {}));
  expect_refused(call_->cancel_media(host_.step, {}));
  EXPECT_TRUE(call_->operations().empty());
  EXPECT_FALSE(call_->is_muted());
}

TEST_F(CallTest, PlaysAndRecordsInTurn) {
  establish();
  play();
  record();
  EXPECT_THAT(commands(), ElementsAre("play 0"));
  end_operation(ids_[0]);
  EXPECT_THAT(commands(), ElementsAre("record 1"));
  end_operation(ids_[0]);
  EXPECT_THAT(told(), ElementsAre("4 playPrompt 200/0")) << "an end that comes twice is told once";
}

TEST_F(CallTest, ARecordMayBargeInOnWhatRunsAndWaits) {
  establish();
  host_.options.max_waiting_media = 2;
  play();
  record();
  commands();
  const auto refused = call_->record_audio(host_.step, {}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().limit, 2u);
  record(true);
  EXPECT_THAT(commands(), ElementsAre("stop 0", "record 2"));
  EXPECT_THAT(told(), ElementsAre("4 playPrompt 400/8508", "5 record 400/8508"));
}

TEST_F(CallTest, CancelEndsAllInTheirOrderThenItself) {
  establish();
  play();
  play();
  commands();
  OperationRequest request;
  request.dialect = model::Dialect::app_2019;
  const auto cancelled = call_->cancel_media(host_.step, request);
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->status, model::OperationStatus::completed);
  EXPECT_THAT(commands(), ElementsAre("stop 0"));
  EXPECT_THAT(told(), ElementsAre("4 playPrompt 400/8508", "5 playPrompt 400/8508",
                                  "6 cancelMediaProcessing 200/0"));
  end_operation(ids_[0]);
  EXPECT_THAT(told(), IsEmpty()) << "its end crossed the cancel";
}

TEST_F(CallTest, ClosesItsOperationsBeforeItEnds) {
  establish();
  record();
  call_->recording_began(host_.step, ids_[0]);
  play();
  commands();
  call_->end(host_.step, kHungUp, "the caller hung up");
  EXPECT_THAT(told(), ElementsAre("4 record 200/0", "5 playPrompt 400/8508", "6 terminating",
                                  "7 terminated 200/4521"));
  EXPECT_THAT(commands(), ElementsAre("keep 0")) << "what was recorded is the bot's";
  EXPECT_FALSE(call_->play(host_.step, {}, {}));
  EXPECT_FALSE(call_->keep_alive(host_.step));
}

TEST_F(CallTest, EndsWithoutTerminatingWhileItIsIncoming) {
  call_->end(host_.step, kHungUp, "the caller gave up");
  EXPECT_THAT(told(), ElementsAre("1 incoming", "2 terminated 200/4521"));
  ASSERT_EQ(host_.batch.closed_incoming.size(), 1u);
  EXPECT_FALSE(host_.batch.closed_incoming[0].acted) << "its bot may never have heard of it";

  make();
  call_->end_rejected(host_.step, "https://bot.test/new");
  EXPECT_THAT(told(), ElementsAre("1 incoming", "2 terminated"));
  EXPECT_TRUE(host_.batch.closed_incoming[1].acted);
  EXPECT_EQ(call_->record().callback_uri, "https://bot.test/new");
}

TEST_F(CallTest, TellsKeysToThoseWhoAsked) {
  establish();
  call_->key_pressed(host_.step, model::Tone::tone1);
  EXPECT_THAT(told(), IsEmpty());
  ASSERT_TRUE(call_->subscribe_to_tone(host_.step, {}));
  host_.batch.rows.clear();
  call_->key_pressed(host_.step, model::Tone::pound);
  EXPECT_THAT(told(), ElementsAre("0 pound"));
  EXPECT_TRUE(host_.batch.rows.empty()) << "keys are never written";
}

TEST_F(CallTest, TellsAChangeOfItsAudioOnce) {
  call_->audio_changed(host_.step, model::MediaState::active);
  establish();
  call_->audio_changed(host_.step, model::MediaState::active);
  call_->audio_changed(host_.step, model::MediaState::active);
  call_->audio_changed(host_.step, model::MediaState::inactive);
  EXPECT_THAT(told(), ElementsAre("4 audio active", "5 audio inactive"));
}

TEST_F(CallTest, HasOneDeadlineAfterTheOther) {
  const Instant begun = host_.now.monotonic;
  EXPECT_EQ(call_->next_deadline(),
            (Deadline{begun + host_.options.answer_window, CallTimer::answer_window}));
  host_.now.monotonic += seconds(5);
  ASSERT_TRUE(call_->answer(host_.step, {}));
  EXPECT_EQ(call_->next_deadline(), (Deadline{begun + seconds(5) + host_.options.establish_window,
                                              CallTimer::establish_window}));
  call_->establish(host_.step);
  EXPECT_EQ(call_->next_deadline(),
            (Deadline{begun + host_.options.keep_alive_window, CallTimer::keep_alive}));
  ASSERT_TRUE(call_->keep_alive(host_.step));
  EXPECT_EQ(call_->next_deadline(), (Deadline{begun + seconds(5) + host_.options.keep_alive_window,
                                              CallTimer::keep_alive}));
  call_->end(host_.step, kHungUp, "the caller hung up");
  EXPECT_EQ(call_->next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace parley::calling
