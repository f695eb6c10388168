#include "server/retention.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store/store_test_support.hpp"

namespace parley::server {
namespace {

using namespace std::chrono_literals;
constexpr UtcTime kNow{std::chrono::hours(24 * 365 * 50)};

class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest() { std::filesystem::create_directories(recordings()); }

  std::string recordings() const { return folder_.file("recordings"); }
  std::string file_of(const model::RecordingRecord& recording) const {
    return recordings() + "/" + recording.file_name;
  }
  void keep(const model::RowChanges& rows) {
    ASSERT_TRUE(store_.commit(std::span<const model::RowChange>(rows)));
  }
  bool run() { return retention_.run(kNow); }
  /// As the writer's thread does it.
  void run_all() {
    for (int goes = 1; run(); ++goes) ASSERT_LT(goes, 100);
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(recordings()), {}));
  }

  model::CallRecord call(std::optional<UtcTime> ended) {
    model::CallRecord record;
    record.id = CallId{Uuid::random(random_)};
    record.created = kNow - 240h;
    record.ended = ended;
    keep({model::Row(record)});
    return record;
  }
  model::RecordingRecord recording(std::optional<UtcTime> expires) {
    model::RecordingRecord record;
    record.operation_id = OperationId{Uuid::random(random_)};
    record.file_name = to_text(record.operation_id) + ".wav";
    record.expires = expires;
    keep({model::Row(record)});
    std::ofstream(file_of(record)) << "sound";
    return record;
  }
  bool has(const model::CallRecord& record) { return reader_.call_history(record.id)->has_value(); }
  bool has(const model::RecordingRecord& record) {
    return reader_.recording(record.operation_id)->has_value();
  }

  SeededRandom random_{3};
  NullLog log_;
  store::TemporaryFolder folder_;
  store::SqliteStore store_ = *store::SqliteStore::open(
      {.path = folder_.file(), .busy_timeout = std::chrono::milliseconds(1)});
  store::StoreReader reader_ = *store::StoreReader::open(folder_.file());
  Retention retention_{{.recordings_folder = recordings()}, store_, reader_, log_};
};

TEST_F(RetentionTest, RemovesRecordingsWithTheirFilesWhenTheirTimeIsOver) {
  const auto old = recording(kNow - 1s);
  const auto young = recording(kNow + 1s);
  const auto running = recording(std::nullopt);
  run();
  EXPECT_FALSE(has(old));
  EXPECT_FALSE(std::filesystem::exists(file_of(old)));
  for (const auto& kept : {young, running}) {
    EXPECT_TRUE(has(kept));
    EXPECT_TRUE(std::filesystem::exists(file_of(kept)));
  }
}

TEST_F(RetentionTest, RemovesARowWhoseFileIsGoneAlready) {
  const auto old = recording(kNow - 1s);
  std::filesystem::remove(file_of(old));
  run();
  EXPECT_FALSE(has(old));
}

TEST_F(RetentionTest, RemovesCallsAWeekAfterTheirEnd) {
  const auto old = call(kNow - 24h * 7 - 1s);
  const auto young = call(kNow - 24h * 7 + 1s);
  const auto running = call(std::nullopt);
  run();
  EXPECT_FALSE(has(old));
  EXPECT_TRUE(has(young));
  EXPECT_TRUE(has(running));
}

TEST_F(RetentionTest, ABacklogGoesInManyBoundedGoes) {
  model::RowChanges rows;
  for (int i = 0; i < 2000; ++i) {
    model::CallRecord record;
    record.id = CallId{Uuid::random(random_)};
    record.ended = kNow - 24h * 8;
    rows.emplace_back(model::Row(record));
  }
  keep(rows);
  std::vector<model::RecordingRecord> old;
  for (int i = 0; i < 250; ++i) old.push_back(recording(kNow - 1s));
  EXPECT_TRUE(run());
  EXPECT_EQ(files(), 150u);
  run_all();
  EXPECT_EQ(files(), 0u);
  EXPECT_FALSE(has(old.back()));
  for (const auto& row : rows)
    ASSERT_FALSE(has(std::get<model::CallRecord>(std::get<model::Row>(row))));
}

TEST_F(RetentionTest, AStoreThatCannotWriteDoesNotKeepTheFiles) {
  std::vector<model::RecordingRecord> old;
  for (int i = 0; i < 250; ++i) old.push_back(recording(kNow - 1s));
  auto other = *store::SqliteDatabase::open(folder_.file(), store::OpenMode::read_write, {});
  {
    const auto writing = store::SqliteTransaction::begin(other);
    ASSERT_TRUE(writing);
    run_all();
    EXPECT_EQ(files(), 0u);
    EXPECT_TRUE(has(old.front()));
  }
  run_all();
  for (const auto& record : old) ASSERT_FALSE(has(record));
}

}  // namespace
}  // namespace parley::server
