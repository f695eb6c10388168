// Each kind of row that retention removes, right before and right after its configured time.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "server/retention.hpp"
#include "store/store_test_support.hpp"

namespace parley::server {
namespace {

using namespace std::chrono_literals;
using model::NotificationStatus;
using std::chrono::days;

constexpr UtcTime kNow{std::chrono::hours(24 * 365 * 50)};

class RetentionKinds : public ::testing::Test {
 protected:
  /// Keeps the record as the test changed it.
  template <class Record>
  Record keep(Record record) {
    const model::RowChanges rows{model::Row(record)};
    EXPECT_TRUE(store_.commit(std::span<const model::RowChange>(rows)));
    return record;
  }
  void run(const RetentionOptions& options) {
    Retention retention(options, store_, reader_, log_);
    while (retention.run(kNow)) {
    }
  }
  std::int64_t count(const std::string& from) {
    auto database = *store::SqliteDatabase::open(folder_.file(), store::OpenMode::read_only, {});
    return *database.integer_of("SELECT count(*) FROM " + from);
  }

  model::CallRecord call(std::optional<UtcTime> ended) {
    auto record = maker_.make<model::CallRecord>();
    record.ended = ended;
    auto operation = maker_.make<model::OperationRecord>();
    operation.call_id = record.id;
    keep(operation);
    return keep(record);
  }
  model::NotificationRecord notification(NotificationStatus status,
                                         std::optional<UtcTime> settled) {
    auto record = maker_.make<model::NotificationRecord>();
    record.status = status;
    record.settled = settled;
    return keep(record);
  }
  model::RecordingRecord recording(std::optional<UtcTime> expires) {
    auto record = maker_.make<model::RecordingRecord>();
    record.file_name = to_text(record.operation_id) + ".wav";
    record.expires = expires;
    std::ofstream(folder_.file(record.file_name)) << "sound";
    return keep(record);
  }
  template <class Record>
  Record ending(UtcTime Record::*end, UtcTime at) {
    auto record = maker_.make<Record>();
    record.*end = at;
    return keep(record);
  }

  store::RecordMaker maker_{3};
  NullLog log_;
  store::TemporaryFolder folder_;
  store::SqliteStore store_ = store::open_store(folder_.file());
  store::StoreReader reader_ = store::open_reader(folder_.file());
  /// No two alike, so that a kind that follows another's days shows.
  const RetentionOptions options_{.calls = days(3),
                                  .timelines = days(5),
                                  .notifications = days(9),
                                  .recordings_folder = folder_.file("")};
};

TEST_F(RetentionKinds, CallsGoWithTheirOperations) {
  const auto old = call(kNow - days(3) - 1ms);
  const auto young = call(kNow - days(3));
  const auto running = call(std::nullopt);
  run(options_);
  EXPECT_FALSE(*reader_.call_history(old.id));
  for (const auto& kept : {young, running}) {
    ASSERT_TRUE(*reader_.call_history(kept.id));
    EXPECT_EQ((*reader_.call_history(kept.id))->operations.size(), 1u);
  }
  EXPECT_EQ(count("operations"), 2);
}

TEST_F(RetentionKinds, TimelinesGo) {
  const auto running = call(std::nullopt);
  keep(model::TimelineRecord{running.id, kNow - days(5) - 1ms, "{}"});
  const auto young = keep(model::TimelineRecord{running.id, kNow - days(5), "{}"});
  run(options_);
  EXPECT_EQ((*reader_.call_history(running.id))->timeline, std::vector{young});
}

TEST_F(RetentionKinds, NotificationsThatWereTakenOrSetAsideGo) {
  for (const auto settled : {NotificationStatus::taken, NotificationStatus::set_aside}) {
    const auto old = notification(settled, kNow - days(9) - 1ms);
    const auto young = notification(settled, kNow - days(9));
    run(options_);
    EXPECT_FALSE(*reader_.notification(old.id)) << static_cast<int>(settled);
    EXPECT_TRUE(*reader_.notification(young.id)) << static_cast<int>(settled);
  }
  const auto pending = notification(NotificationStatus::pending, std::nullopt);
  run(options_);
  EXPECT_TRUE(*reader_.notification(pending.id));
}

TEST_F(RetentionKinds, RecordingsGoWithTheirFilesAtTheirOwnTime) {
  const auto old = recording(kNow - 1ms);
  const auto young = recording(kNow + 1ms);
  const auto running = recording(std::nullopt);
  run(options_);
  EXPECT_FALSE(*reader_.recording(old.operation_id));
  EXPECT_FALSE(std::filesystem::exists(folder_.file(old.file_name)));
  for (const auto& kept : {young, running}) {
    EXPECT_TRUE(*reader_.recording(kept.operation_id));
    EXPECT_TRUE(std::filesystem::exists(folder_.file(kept.file_name)));
  }
}

TEST_F(RetentionKinds, RefreshTokensGoWhenTheyHaveExpired) {
  ending(&model::RefreshTokenRecord::expires, kNow - 1ms);
  const auto young = ending(&model::RefreshTokenRecord::expires, kNow);
  run(options_);
  EXPECT_EQ(reader_.directory()->refresh_tokens, std::vector{young});
}

TEST_F(RetentionKinds, ExpiredCredentialsStayWithTheirApplication) {
  ending(&model::ApplicationSecretRecord::ends, kNow - days(365));
  ending(&model::ApplicationCertificateRecord::ends, kNow - days(365));
  run(options_);
  EXPECT_EQ(reader_.directory()->secrets.size(), 1u);
  EXPECT_EQ(reader_.directory()->certificates.size(), 1u);
}

}  // namespace
}  // namespace parley::server
