#include "notify/attempt_text.hpp"

#include <gtest/gtest.h>

namespace parley::notify {
namespace {

using model::NoticeKind;

Entry entry_of(NoticeKind kind, std::uint32_t sequence) {
  Entry entry;
  entry.notice.kind = kind;
  entry.notice.call.state = model::CallState::established;
  entry.record.sequence = sequence;
  entry.record.attempts = 2;
  entry.record.url = "https://bot.test:8443/calls?code=secret";
  return entry;
}

TEST(AttemptText, LeavesOfAUrlWhatHoldsNoSecret) {
  EXPECT_EQ(origin_of("https://bot.test:8443/calls?code=secret"), "https://bot.test:8443");
  EXPECT_EQ(origin_of("https://bot.test?code=a/b"), "https://bot.test");
  EXPECT_EQ(origin_of("https://ann:secret@bot.test#secret"), "https://bot.test");
  EXPECT_EQ(origin_of("http://[::1]:8080"), "http://[::1]:8080");
  EXPECT_EQ(origin_of("/calls?code=secret"), "");
  EXPECT_EQ(origin_of(""), "");
}

TEST(AttemptText, NamesTheStateThatWasTold) {
  Entry entry = entry_of(NoticeKind::call_updated, 3);
  EXPECT_EQ(name_of(entry), "#3 callUpdated established");
  entry.notice.audio = model::MediaState::active;
  EXPECT_EQ(name_of(entry), "#3 callUpdated established, audio active");
}

TEST(AttemptText, NamesTheOperationThatWasTold) {
  Entry entry = entry_of(NoticeKind::operation_ended, 5);
  entry.notice.operation.emplace();
  entry.notice.operation->kind = model::OperationKind::record;
  entry.notice.operation->status = model::OperationStatus::failed;
  EXPECT_EQ(name_of(entry),
            "#5 operationEnded record " + to_text(entry.notice.operation->id) + " failed");
}

TEST(AttemptText, NamesNoKeyThatWasPressed) {
  Entry entry = entry_of(NoticeKind::tone, 0);
  entry.notice.tone = model::Tone::tone5;
  EXPECT_EQ(name_of(entry), "tone");
}

TEST(AttemptText, TellsWhereTheAttemptWentAndWhatCameOfIt) {
  Entry entry = entry_of(NoticeKind::incoming_call, 1);
  EXPECT_EQ(attempt_text(entry, {503, "", ""}), "attempt 2 to https://bot.test:8443: status 503");
  EXPECT_EQ(attempt_text(entry, {302, "", "https://other.test/calls?code=secret"}),
            "attempt 2 to https://bot.test:8443: status 302, to https://other.test");
  entry.redirected_to = "https://other.test/calls?code=secret";
  EXPECT_EQ(attempt_text(entry, {0, "no answer", ""}),
            "attempt 2 to https://other.test: no answer");
}

}  // namespace
}  // namespace parley::notify
