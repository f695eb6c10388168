#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/signing_keys.hpp"
#include "platform/shard.hpp"

namespace parley::platform {
namespace {

using model::NotificationStatus;
using testing::HasSubstr;

/// A shard that starts from what a crash left.
class RecoveryTest : public ::testing::Test {
 protected:
  model::NotificationRecord pending(std::uint32_t sequence, std::string payload) {
    model::NotificationRecord record;
    record.id = NotificationId{Uuid::random(random_)};
    record.call_id = call_;
    record.sequence = sequence;
    record.url = "https://bot.test/calls";
    record.payload = std::move(payload);
    return record;
  }
  void recover(std::vector<model::NotificationRecord> notifications) {
    shard_.recover(now_, {.notifications = std::move(notifications)});
    drain();
  }
  void drain() {
    while (auto event = shard_.poll_event()) {
      if (auto* commit = std::get_if<Commit>(&*event)) {
        for (const model::RowChange& change : commit->rows)
          rows_.push_back(std::get<model::NotificationRecord>(std::get<model::Row>(change)));
        for (const model::TimelineRecord& line : commit->timeline) lines_ += line.entry + "\n";
      }
      if (auto* send = std::get_if<SendWebhook>(&*event)) sent_.push_back(std::move(*send));
    }
  }

  Now now_{Instant{std::chrono::seconds(1)}, UtcTime{std::chrono::days(20'000)}};
  SeededRandom random_{1};
  Counters counters_;
  NullLog log_;
  CallId call_{Uuid::random(random_)};
  Shard shard_{ShardOptions{},
               {random_, counters_, log_},
               identity::Directory::from({.signing_keys = {identity::make_signing_key(
                                              now_.utc, crypto::SignatureAlgorithm::es256)}})};
  std::vector<model::NotificationRecord> rows_;
  std::string lines_;
  std::vector<SendWebhook> sent_;
};

TEST_F(RecoveryTest, SetsAnUnreadableNotificationAsideAndTellsTheNextOne) {
  model::Notice ended;
  ended.kind = model::NoticeKind::call_ended;
  const auto next = pending(4, model::write_notice(ended));
  recover({pending(3, R"({"kind":"of another program"})"), next});
  ASSERT_EQ(rows_.size(), 1u);
  EXPECT_EQ(rows_[0].sequence, 3u);
  EXPECT_EQ(rows_[0].status, NotificationStatus::set_aside);
  EXPECT_EQ(rows_[0].settled, now_.utc);
  EXPECT_THAT(rows_[0].last_error, HasSubstr("its row is unreadable: kind: found"));
  EXPECT_THAT(lines_, HasSubstr("#3, its row is unreadable"));
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(sent_[0].request.url, next.url);
}

TEST_F(RecoveryTest, WhatIsTakenIsKeptAfterAMomentOrBeforeTheShardEnds) {
  model::Notice ended;
  ended.kind = model::NoticeKind::call_ended;
  for (const bool ends : {false, true}) {
    rows_.clear();
    recover({pending(4, model::write_notice(ended))});
    shard_.handle_input(now_, WebhookAnswered{sent_.back().attempt, {202, "", ""}});
    drain();
    EXPECT_TRUE(rows_.empty()) << "it waits for another commit";
    if (ends) {
      shard_.handle_input(now_, KeepRemainder{});
    } else {
      now_.monotonic += std::chrono::milliseconds(100);
      shard_.handle_timeout(now_);
    }
    drain();
    ASSERT_EQ(rows_.size(), 1u);
    EXPECT_EQ(rows_[0].status, NotificationStatus::taken);
  }
}

}  // namespace
}  // namespace parley::platform
