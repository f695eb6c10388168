#include "notify/outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace parley::notify {
namespace {

using model::NoticeKind;
using model::NotificationStatus;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kMaxTones = 5;
constexpr std::size_t kMaxRows = 20;
constexpr std::size_t kMaxEnded = 3;
const AttemptResult kTaken{202, "", ""};
const AttemptResult kRefused{503, "", ""};
const AttemptResult kPostponed{0, "no place is free", "", true};

CallId call_of(std::uint8_t number) {
  CallId call;
  call.value.bytes[15] = number;
  return call;
}

/// An outbox under a virtual clock. A notification is named by its record's `url`.
class OutboxTest : public testing::Test {
 protected:
  void add(const std::string& name, NoticeKind kind = NoticeKind::call_updated,
           std::uint8_t call = 1) {
    Entry entry;
    entry.notice.kind = kind;
    entry.record.call_id = call_of(call);
    entry.record.created = now_.utc;
    entry.record.url = name;
    if (kind != NoticeKind::tone) entry.record.sequence = ++sequence_;
    outbox_.add(now_, std::move(entry));
  }

  /// The names of what is to be sent, and "cut" for an attempt that is not wanted any more.
  std::vector<std::string> outputs() {
    std::vector<std::string> names;
    while (const auto output = outbox_.poll_output()) {
      if (const auto* wanted = std::get_if<AttemptWanted>(&*output)) {
        last_ = *wanted;
        names.push_back(wanted->entry.record.url);
      } else {
        names.emplace_back("cut");
      }
    }
    return names;
  }

  /// "NAME taken" or "NAME set aside" for each row that changed.
  std::vector<std::string> rows() {
    std::vector<std::string> texts;
    for (const model::RowChange& change : outbox_.take_rows()) {
      const auto& record = std::get<model::NotificationRecord>(std::get<model::Row>(change));
      last_error_ = record.last_error;
      texts.push_back(record.url +
                      (record.status == NotificationStatus::taken ? " taken" : " set aside"));
    }
    return texts;
  }

  /// `WHAT: DETAIL` of the timeline's new lines.
  std::vector<std::string> lines() {
    std::vector<std::string> texts;
    for (const calling::TimelineEntry& entry : outbox_.take_timeline())
      texts.push_back(entry.what + ": " + entry.detail);
    return texts;
  }

  void answer(const AttemptResult& result) { outbox_.attempt_finished(now_, last_.id, result); }

  void pass(Duration duration) {
    now_.monotonic += duration;
    now_.utc += std::chrono::duration_cast<milliseconds>(duration);
    outbox_.handle_timeout(now_);
  }

  /// Refuses every attempt until a row changes; how long that took.
  Duration refuse_until_settled() {
    const Instant began = now_.monotonic;
    while (settled_.empty()) {
      if (!outputs().empty()) answer(kRefused);
      const auto next = outbox_.next_deadline();
      if (!next) break;
      pass(next->at - now_.monotonic);
      settled_ = rows();
    }
    return now_.monotonic - began;
  }

  SeededRandom random_{1};
  Counters counters_;
  Outbox outbox_{RetryOptions{.max_waiting_tones = kMaxTones,
                              .max_waiting_rows = kMaxRows,
                              .max_ended_calls = kMaxEnded},
                 random_, counters_};
  Now now_{Instant(hours(1)), UtcTime(hours(500'000))};
  AttemptWanted last_{};
  std::string last_error_;
  std::vector<std::string> settled_;
  std::uint32_t sequence_ = 0;
};

TEST_F(OutboxTest, KeepsTheOrderWhileTheFrontOneIsRefused) {
  add("a");
  add("b");
  add("other call", NoticeKind::call_updated, 2);
  EXPECT_THAT(outputs(), ElementsAre("a", "other call"));
  answer(kTaken);
  EXPECT_THAT(rows(), ElementsAre("other call taken"));
  pass(seconds(9));
  EXPECT_THAT(outputs(), IsEmpty()) << "a is in flight";

  outbox_.attempt_finished(now_, AttemptId{1}, kRefused);
  add("c");
  EXPECT_THAT(outputs(), IsEmpty());
  EXPECT_EQ(outbox_.next_deadline()->reason, OutboxTimer::retry);
  pass(milliseconds(500));
  EXPECT_THAT(outputs(), ElementsAre("a"));
  answer(kTaken);
  EXPECT_THAT(outputs(), ElementsAre("b"));
  answer(kTaken);
  EXPECT_THAT(outputs(), ElementsAre("c"));
  EXPECT_THAT(rows(), ElementsAre("a taken", "b taken"));
}

TEST_F(OutboxTest, KnowsSinceWhenTheOldestOneWaits) {
  EXPECT_EQ(outbox_.oldest_waiting(), std::nullopt);
  add("a");
  EXPECT_THAT(outputs(), ElementsAre("a"));
  const UtcTime first = now_.utc;
  pass(seconds(5));
  const UtcTime second = now_.utc;
  add("b");
  EXPECT_EQ(outbox_.oldest_waiting(), first);
  answer(kTaken);
  EXPECT_THAT(outputs(), ElementsAre("b"));
  EXPECT_EQ(outbox_.oldest_waiting(), second);
  answer(kTaken);
  EXPECT_EQ(outbox_.oldest_waiting(), std::nullopt);
}

TEST_F(OutboxTest, RetriesLaterAndLater) {
  add("a");
  Duration full = milliseconds(500);
  for (int failed = 1; failed <= 12; ++failed) {
    ASSERT_THAT(outputs(), ElementsAre("a"));
    answer(failed % 2 == 0 ? kRefused : AttemptResult{0, "no answer", ""});
    const Duration delay = outbox_.next_deadline()->at - now_.monotonic;
    EXPECT_GE(delay, full / 2) << failed;
    EXPECT_LE(delay, full) << failed;
    pass(delay - milliseconds(1));
    EXPECT_THAT(outputs(), IsEmpty()) << failed;
    pass(milliseconds(1));
    full = std::min<Duration>(full * 2, seconds(60));
  }
  EXPECT_THAT(rows(), IsEmpty()) << "nothing is set aside while the call lives";
}

/// A crowd that hangs up at once has more to tell than there are places.
TEST_F(OutboxTest, APostponedAttemptIsNoFailureAndComesWhenAPlaceIsFree) {
  add("a");
  add("b", NoticeKind::call_updated, 2);
  ASSERT_THAT(outputs(), ElementsAre("a", "b"));
  answer(kPostponed);
  outbox_.attempt_finished(now_, AttemptId{1}, kTaken);
  EXPECT_THAT(outputs(), ElementsAre("b")) << "in the place of a";
  for (int times = 1; times <= 20; ++times) {
    answer(kPostponed);
    pass(outbox_.next_deadline()->at - now_.monotonic);
    ASSERT_THAT(outputs(), ElementsAre("b")) << "others may have left places free, too";
  }
  EXPECT_EQ(last_.entry.record.attempts, 0u);
  lines();
  answer(kRefused);
  EXPECT_EQ(lines().size(), 1u) << "the bot refused nothing before";
  pass(milliseconds(500));
  EXPECT_THAT(outputs(), ElementsAre("b")) << "its first failure";
}

/// A sender with `kPlaces`, whose bot takes `answer_time` for each.
class CrowdedOutbox : public OutboxTest {
 protected:
  static constexpr std::size_t kPlaces = 256;

  void add_calls(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      Entry entry;
      entry.notice.kind = NoticeKind::call_updated;
      entry.record.call_id = CallId{Uuid::random(random_)};
      entry.record.created = now_.utc;
      outbox_.add(now_, std::move(entry));
    }
  }
  void step(Duration tick, Duration answer_time, const AttemptResult& answer) {
    pass(tick);
    while (!under_way_.empty() && under_way_.begin()->first <= now_.monotonic) {
      const AttemptId id = under_way_.begin()->second;
      under_way_.erase(under_way_.begin());
      outbox_.attempt_finished(now_, id, answer);
    }
    while (const auto output = outbox_.poll_output()) {
      const AttemptId id = std::get<AttemptWanted>(*output).id;
      ++attempts_;
      if (under_way_.size() < kPlaces)
        under_way_.emplace(now_.monotonic + answer_time, id);
      else
        outbox_.attempt_finished(now_, id, kPostponed);
    }
    taken_ += rows().size();
  }

  std::multimap<Instant, AttemptId> under_way_;
  std::size_t attempts_ = 0;
  std::size_t taken_ = 0;
};

TEST_F(CrowdedOutbox, ThatIsTakenIsToldAsFastAsThereArePlaces) {
  add_calls(1'700);
  for (int ms = 0; ms < 150; ++ms) step(milliseconds(1), milliseconds(10), kTaken);
  EXPECT_EQ(taken_, 1'700u);
}

TEST_F(CrowdedOutbox, OfADeadBotAsksNotMoreOftenThanItsBackoff) {
  add_calls(20'000);
  const AttemptResult none{0, "no answer", ""};
  for (int i = 0; i < 1'200; ++i) step(milliseconds(100), seconds(10), none);
  attempts_ = 0;
  for (int i = 0; i < 100; ++i) step(milliseconds(100), seconds(10), none);
  EXPECT_LT(attempts_, 10u * 20'000 / 30);
  EXPECT_EQ(taken_, 0u);
}

TEST_F(OutboxTest, GivesTheCallUpThatEndedFirstWhenTooManyWait) {
  for (std::uint8_t call = 1; call <= kMaxEnded; ++call) {
    add("ended " + std::to_string(call), NoticeKind::call_ended, call);
    pass(milliseconds(1));
  }
  outputs();
  add("lives", NoticeKind::call_updated, 50);
  EXPECT_THAT(rows(), IsEmpty());
  add("one more", NoticeKind::call_ended, 60);
  EXPECT_THAT(rows(), ElementsAre("ended 1 set aside"));
  EXPECT_EQ(last_error_, "too many calls that are over wait to be told");
  EXPECT_THAT(outputs(), ElementsAre("lives", "one more", "cut"));
  EXPECT_EQ(counters_.counter("webhook_calls_given_up_total"), 1u);
  EXPECT_EQ(outbox_.lane_count(), kMaxEnded + 1);
  outbox_.attempt_finished(now_, AttemptId{2}, kTaken);
  add("another", NoticeKind::call_ended, 70);
  EXPECT_THAT(rows(), ElementsAre("ended 2 taken")) << "one of those that waited is told";
}

TEST_F(OutboxTest, TellsAnIncomingCallInsideItsWindowOnly) {
  add("incoming", NoticeKind::incoming_call);
  EXPECT_EQ(refuse_until_settled(), seconds(15));
  EXPECT_THAT(settled_, ElementsAre("incoming set aside"));
  EXPECT_EQ(last_error_, "status 503");
  add("next");
  EXPECT_THAT(outputs(), ElementsAre("next"));
}

TEST_F(OutboxTest, CutsAnAttemptThatOutlastsTheWindow) {
  add("incoming", NoticeKind::incoming_call);
  EXPECT_THAT(outputs(), ElementsAre("incoming"));
  EXPECT_EQ(outbox_.next_deadline()->reason, OutboxTimer::give_up);
  pass(seconds(15));
  EXPECT_THAT(outputs(), ElementsAre("cut"));
  answer(kTaken);
  EXPECT_THAT(rows(), ElementsAre("incoming set aside")) << "its answer came too late";
}

TEST_F(OutboxTest, FollowsOneRedirectOfAnIncomingCall) {
  add("incoming", NoticeKind::incoming_call);
  outputs();
  answer({302, "", "https://elsewhere/"});
  EXPECT_THAT(outputs(), ElementsAre("incoming"));
  EXPECT_EQ(last_.entry.redirected_to, "https://elsewhere/");
  answer({302, "", "https://third/"});
  EXPECT_THAT(outputs(), IsEmpty());
  EXPECT_THAT(lines(), ElementsAre("notification redirected: #1 incomingCall incoming, attempt 1: "
                                   "status 302, to https://elsewhere",
                                   "notification refused: #1 incomingCall incoming, attempt 2 to "
                                   "https://elsewhere: status 302, to https://third"));
  pass(milliseconds(500));
  EXPECT_THAT(outputs(), ElementsAre("incoming"));
  EXPECT_EQ(last_.entry.redirected_to, "https://elsewhere/");
}

TEST_F(OutboxTest, FollowsNoRedirectOfOthers) {
  add("a");
  outputs();
  answer({302, "", "https://elsewhere/"});
  EXPECT_THAT(outputs(), IsEmpty());
  pass(milliseconds(500));
  EXPECT_THAT(outputs(), ElementsAre("a"));
  EXPECT_EQ(last_.entry.redirected_to, "");
}

TEST_F(OutboxTest, SetsAsideTenMinutesAfterTheEndAndTheLastOneAfterFourHours) {
  add("a");
  add("b");
  add("ended", NoticeKind::call_ended);
  EXPECT_EQ(refuse_until_settled(), minutes(10));
  EXPECT_THAT(settled_, ElementsAre("a set aside", "b set aside"));
  EXPECT_EQ(last_error_, "there was no time left to tell it");
  settled_.clear();
  EXPECT_EQ(refuse_until_settled(), hours(4) - minutes(10)) << "the lane goes on";
  EXPECT_THAT(settled_, ElementsAre("ended set aside"));
  EXPECT_EQ(outbox_.lane_count(), 0u);
  EXPECT_EQ(outbox_.next_deadline(), std::nullopt);
}

TEST_F(OutboxTest, TenThousandDeadWebhooksDelayNoOther) {
  constexpr std::uint32_t kDead = 10'000;
  for (std::uint32_t i = 0; i < kDead; ++i) {
    Entry entry;
    entry.notice.kind = NoticeKind::call_updated;
    entry.record.call_id = CallId{Uuid::random(random_)};
    entry.record.created = now_.utc;
    entry.record.url = "dead";
    outbox_.add(now_, std::move(entry));
  }
  std::map<Instant, std::vector<AttemptId>> silent;  // each attempt fails after 10 s
  const auto attempt_all = [&] {
    std::size_t others = 0;
    while (const auto output = outbox_.poll_output()) {
      const auto& wanted = std::get<AttemptWanted>(*output);
      if (wanted.entry.record.url == "dead") {
        silent[now_.monotonic + seconds(10)].push_back(wanted.id);
        continue;
      }
      outbox_.attempt_finished(now_, wanted.id, kTaken);
      ++others;
    }
    return others;
  };
  attempt_all();
  for (std::uint32_t second = 0; second < 60; ++second) {
    pass(seconds(1));
    while (!silent.empty() && silent.begin()->first <= now_.monotonic) {
      const auto due = silent.extract(silent.begin());
      for (const AttemptId id : due.mapped())
        outbox_.attempt_finished(now_, id, {0, "no answer", ""});
    }
    attempt_all();
    add("other", NoticeKind::call_updated, 1);
    EXPECT_EQ(attempt_all(), 1u) << "told at once, in second " << second;
  }
  EXPECT_EQ(outbox_.lane_count(), kDead + 1);
}

TEST_F(OutboxTest, IgnoresTheResultOfAnUnknownAttempt) {
  add("a");
  EXPECT_THAT(outputs(), ElementsAre("a"));
  outbox_.attempt_finished(now_, AttemptId{77}, kTaken);
  EXPECT_THAT(rows(), IsEmpty());
  answer(kTaken);
  answer(kTaken);
  EXPECT_THAT(rows(), ElementsAre("a taken"));
}

TEST_F(OutboxTest, DropsTheOldestToneBeyondTheLimit) {
  add("front");
  for (std::size_t i = 0; i < kMaxTones; ++i) add("tone " + std::to_string(i), NoticeKind::tone);
  EXPECT_EQ(counters_.counter("webhook_tones_dropped_total"), 0u);
  add("one more", NoticeKind::tone);
  EXPECT_EQ(counters_.counter("webhook_tones_dropped_total"), 1u);

  EXPECT_THAT(outputs(), ElementsAre("front"));
  answer(kTaken);
  EXPECT_THAT(rows(), ElementsAre("front taken"));
  EXPECT_THAT(outputs(), ElementsAre("tone 1"));
  EXPECT_EQ(last_.entry.record.sequence, 0u);
  for (std::size_t i = 1; i < kMaxTones; ++i) {
    answer(kTaken);
    outputs();
  }
  EXPECT_EQ(last_.entry.record.url, "one more");
  answer(kTaken);
  EXPECT_THAT(outputs(), IsEmpty());
  EXPECT_THAT(rows(), IsEmpty()) << "a tone has no row";
}

TEST_F(OutboxTest, SetsAsideWhatAFullLaneCannotHold) {
  for (std::size_t i = 0; i < kMaxRows; ++i) add("waits");
  EXPECT_THAT(rows(), IsEmpty());
  add("too many");
  EXPECT_THAT(rows(), ElementsAre("too many set aside"));
  EXPECT_EQ(last_error_, "too many notifications of this call wait");
  EXPECT_EQ(counters_.counter("webhook_notifications_refused_total"), 1u);
  add("tone", NoticeKind::tone);
  add("ended", NoticeKind::call_ended);
  EXPECT_THAT(rows(), IsEmpty());
  EXPECT_EQ(counters_.counter("webhook_notifications_refused_total"), 1u);

  for (int i = 0; i < 2; ++i) {
    outputs();
    answer(kTaken);
  }
  add("fits again");
  EXPECT_THAT(rows(), ElementsAre("waits taken", "waits taken"));
}

TEST_F(OutboxTest, ClosesAnIncomingCallThatTheBotActedOn) {
  add("incoming", NoticeKind::incoming_call);
  add("next");
  EXPECT_THAT(outputs(), ElementsAre("incoming"));
  outbox_.close_incoming(now_, call_of(1), true);
  EXPECT_THAT(outputs(), ElementsAre("next")) << "it may have acted inside the request";
  EXPECT_THAT(rows(), ElementsAre("incoming taken"));
  outbox_.close_incoming(now_, call_of(1), true);
  EXPECT_THAT(outputs(), IsEmpty()) << "the front one is another now";
}

TEST_F(OutboxTest, CutsTheAttemptOfAnIncomingCallThatIsOver) {
  add("incoming", NoticeKind::incoming_call);
  add("last", NoticeKind::call_ended);
  EXPECT_THAT(outputs(), ElementsAre("incoming"));
  outbox_.close_incoming(now_, call_of(1), false);
  EXPECT_THAT(outputs(), ElementsAre("cut", "last"));
  EXPECT_THAT(rows(), ElementsAre("incoming set aside"));
  EXPECT_THAT(lines(), ElementsAre("notification set aside: #1 incomingCall incoming, attempts: "
                                   "0, the call was over before it was taken"));
}

TEST_F(OutboxTest, SetsAnUnansweredIncomingCallAsideAtItsEnd) {
  add("incoming", NoticeKind::incoming_call);
  EXPECT_THAT(outputs(), ElementsAre("incoming"));
  answer(kRefused);
  outbox_.close_incoming(now_, call_of(1), false);
  EXPECT_THAT(rows(), ElementsAre("incoming set aside"));
  EXPECT_EQ(outbox_.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace parley::notify
