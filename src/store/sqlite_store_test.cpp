#include "store/sqlite_store.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <fstream>

#include "store/migrations.hpp"
#include "store/row_sql.hpp"
#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

namespace fs = std::filesystem;

SqliteDatabase inspect(const std::string& path) {
  return std::move(
             SqliteDatabase::open(path, OpenMode::read_write, std::chrono::milliseconds(1000)))
      .value();
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class Record>
void expect_round_trip(RecordMaker& maker) {
  const TemporaryFolder folder;
  SqliteStore store = open_store(folder.file());
  const Record first = maker.make<Record>();
  const Record second = maker.make<Record>();
  ASSERT_TRUE(store.commit(model::RowChanges{model::Row(first), model::Row(second)}));
  SqliteDatabase database = inspect(folder.file());
  EXPECT_EQ(*select_records<Record>(database, "ORDER BY rowid"),
            (std::vector<Record>{first, second}))
      << Record::kTable;
}

template <class... Records>
void expect_round_trips(RecordMaker& maker, const std::variant<Records...>*) {
  (expect_round_trip<Records>(maker), ...);
}

TEST(SqliteStore, EveryRecordComesBackAsItWas) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RecordMaker maker(seed);
    expect_round_trips(maker, static_cast<const model::Row*>(nullptr));
  }
}

template <class Record>
void expect_erased(RecordMaker& maker, const model::Erase<Record>*) {
  const TemporaryFolder folder;
  SqliteStore store = open_store(folder.file());
  const Record gone = maker.make<Record>();
  const Record stays = maker.make<Record>();
  const model::EraseRow erase = model::Erase<Record>{model::key_of(gone)};
  ASSERT_TRUE(store.commit(model::RowChanges{model::Row(gone), model::Row(stays), erase}));
  SqliteDatabase database = inspect(folder.file());
  EXPECT_EQ(*select_records<Record>(database, ""), std::vector<Record>{stays}) << Record::kTable;
}

template <class... Erasures>
void expect_all_erased(RecordMaker& maker, const std::variant<Erasures...>*) {
  (expect_erased(maker, static_cast<const Erasures*>(nullptr)), ...);
}

TEST(SqliteStore, ErasesByKey) {
  RecordMaker maker(4);
  expect_all_erased(maker, static_cast<const model::EraseRow*>(nullptr));
}

TEST(SqliteStore, WritesOverTheRecordWithTheSameKey) {
  const TemporaryFolder folder;
  SqliteStore store = open_store(folder.file());
  RecordMaker maker(5);
  model::CallRecord call = maker.make<model::CallRecord>();
  ASSERT_TRUE(store.commit(model::RowChanges{model::Row(call)}));
  call.state = model::CallState::established;
  call.established.reset();
  ASSERT_TRUE(store.commit(model::RowChanges{model::Row(call)}));
  SqliteDatabase database = inspect(folder.file());
  EXPECT_EQ(*select_records<model::CallRecord>(database, ""), std::vector{call});
}

model::RowChanges three_lines(CallId call, int batch) {
  model::RowChanges changes;
  for (int i = 0; i < 3; ++i) {
    changes.emplace_back(model::Row(model::TimelineRecord{
        call, at_second(batch), "{\"batch\":" + std::to_string(batch) + "}"}));
  }
  return changes;
}

std::int64_t lines_in(const std::string& path) {
  return *inspect(path).integer_of("SELECT count(*) FROM timeline");
}

TEST(SqliteStore, GroupCommitKeepsAllBatchesInOrder) {
  const TemporaryFolder folder;
  SqliteStore store = open_store(folder.file());
  const CallId call{Uuid{{1}}};
  const std::vector batches = {three_lines(call, 1), three_lines(call, 2)};
  ASSERT_TRUE(store.commit(std::span(batches)));
  SqliteDatabase database = inspect(folder.file());
  const auto lines = *select_records<model::TimelineRecord>(database, "ORDER BY rowid");
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines.front().at, at_second(1));
  EXPECT_EQ(lines.back().at, at_second(2));
}

TEST(SqliteStore, FullDiskKeepsNothingOfTheGroupAndTheStoreWorksOn) {
  const TemporaryFolder folder;
  SqliteStore store =
      *SqliteStore::open({.path = folder.file(), .max_bytes = std::uint64_t{1} << 20});
  const CallId call{Uuid{{1}}};
  model::RowChanges huge = three_lines(call, 1);
  huge.emplace_back(
      model::Row(model::TimelineRecord{call, at_second(1), std::string(2u << 20, 'x')}));
  const std::vector batches = {three_lines(call, 2), huge};
  const auto refused = store.commit(std::span(batches));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, StoreFault::disk_full) << refused.error().text;
  EXPECT_EQ(lines_in(folder.file()), 0);
  EXPECT_TRUE(store.commit(three_lines(call, 3)));
  EXPECT_EQ(lines_in(folder.file()), 3);
}

TEST(SqliteStore, AProbeIsWrittenAsACommitIsAndChangesNothing) {
  const TemporaryFolder folder;
  SqliteStore store = open_store(folder.file());
  ASSERT_TRUE(store.commit(three_lines(CallId{Uuid{{1}}}, 1)));
  const auto before = fs::file_size(folder.file() + "-wal");
  ASSERT_TRUE(store.probe());
  EXPECT_GT(fs::file_size(folder.file() + "-wal"), before);
  EXPECT_EQ(lines_in(folder.file()), 3);
  EXPECT_EQ(*inspect(folder.file()).integer_of("PRAGMA user_version"), newest_schema());
}

TEST(SqliteStore, KilledTransactionLeavesTheFormerState) {
  const TemporaryFolder folder;
  const CallId call{Uuid{{1}}};
  const pid_t child = ::fork();
  if (child == 0) {
    {
      SqliteStore store = open_store(folder.file());
      if (!store.commit(three_lines(call, 1))) ::_exit(2);
    }
    SqliteDatabase database = inspect(folder.file());
    // A tiny cache makes SQLite spill the uncommitted pages into the WAL before it dies.
    if (!database.execute("PRAGMA cache_size = 1; BEGIN IMMEDIATE")) ::_exit(3);
    SqliteStatement insert = *database.prepare(upsert_sql<model::TimelineRecord>());
    for (int i = 0; i < 500; ++i) {
      bind_record(insert, model::TimelineRecord{call, at_second(i), std::string(500, 'x')});
      if (!insert.run()) ::_exit(4);
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "exit status " << WEXITSTATUS(status);
  const SqliteStore reopened = open_store(folder.file());
  EXPECT_EQ(lines_in(folder.file()), 3);
}

TEST(SqliteStore, ADamagedPageIsNamedBeforeAnythingIsWritten) {
  constexpr std::size_t kPage = 4096;
  const TemporaryFolder folder;
  const auto lines = [](int first, int count) {
    model::RowChanges rows;
    for (int i = first; i < first + count; ++i)
      rows.emplace_back(model::Row(
          model::TimelineRecord{CallId{Uuid{{1}}}, at_second(i), std::string(500, 'x')}));
    return rows;
  };
  {
    SqliteStore store = open_store(folder.file());
    ASSERT_TRUE(store.commit(lines(0, 200)));
  }
  const std::string copy = folder.file("copy.db");
  const auto pages = fs::file_size(folder.file()) / kPage;
  ASSERT_GT(pages, 20u);
  // What a crash leaves: a WAL beside the file, which no checkpoint may write into it.
  SqliteStore crashed = open_store(folder.file());
  ASSERT_TRUE(crashed.commit(lines(200, 3)));
  std::size_t refused = 0;
  for (std::size_t page = 0; page < pages; ++page) {
    SCOPED_TRACE(page);
    for (const char* const suffix : {"", "-wal"})
      fs::copy_file(folder.file() + suffix, copy + suffix, fs::copy_options::overwrite_existing);
    {
      std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(page * kPage));
      file << std::string(8, '\xFF');
    }
    const std::string before = contents(copy);
    const auto opened = SqliteStore::open({.path = copy});
    // The WAL holds the pages that were written last: those are whole.
    if (opened) continue;
    EXPECT_EQ(opened.error().fault, StoreFault::corrupt) << opened.error().text;
    EXPECT_NE(opened.error().text.find(copy), std::string::npos) << opened.error().text;
    EXPECT_EQ(contents(copy), before);
    ++refused;
    for (const char* const suffix : {"-wal", "-shm"}) fs::remove(copy + suffix);
  }
  EXPECT_GT(refused, pages - 10);
}

// A power cut may leave any prefix of the WAL: then only whole groups are there.
TEST(SqliteStore, AnyPrefixOfTheWalHoldsWholeBatches) {
  const TemporaryFolder folder;
  SqliteStore store = open_store(folder.file());
  const CallId call{Uuid{{1}}};
  constexpr int kBatches = 12;
  for (int batch = 0; batch < kBatches; ++batch)
    ASSERT_TRUE(store.commit(three_lines(call, batch)));
  const auto size = fs::file_size(folder.file() + "-wal");
  const std::string copy = folder.file("copy.db");
  std::int64_t most = 0;
  for (std::uintmax_t cut = 0; cut <= size; cut += 9001) {
    fs::copy_file(folder.file(), copy);
    fs::copy_file(folder.file() + "-wal", copy + "-wal");
    fs::resize_file(copy + "-wal", size - cut);
    {
      const SqliteStore survivor = open_store(copy);
      const std::int64_t lines = lines_in(copy);
      EXPECT_EQ(lines % 3, 0) << "cut " << cut;
      most = std::max(most, lines);
    }
    for (const char* const suffix : {"", "-wal", "-shm"}) fs::remove(copy + suffix);
  }
  EXPECT_EQ(most, 3 * kBatches);
}

class Purge : public ::testing::Test {
 protected:
  void keep(auto record) { rows_.emplace_back(model::Row(std::move(record))); }
  model::CallRecord call(int number, std::optional<UtcTime> ended) {
    model::CallRecord made;
    made.id = CallId{Uuid{{static_cast<std::uint8_t>(number)}}};
    made.ended = ended;
    model::OperationRecord operation;
    operation.id = OperationId{made.id.value};
    operation.call_id = made.id;
    keep(operation);
    keep(made);
    return made;
  }
  std::int64_t count(const std::string& what) {
    return *inspect(folder_.file()).integer_of("SELECT count(*) FROM " + what);
  }

  TemporaryFolder folder_;
  SqliteStore store_ = open_store(folder_.file());
  model::RowChanges rows_;
};

TEST_F(Purge, RemovesEndedCallsWithTheirOperationsAndKeepsLiveOnes) {
  call(1, at_second(10));
  call(2, at_second(20));
  call(3, std::nullopt);
  ASSERT_TRUE(store_.commit(rows_));
  const auto report = store_.purge({.calls_ended_before = at_second(20)});
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_EQ(report->rows, 2u);
  EXPECT_FALSE(report->more);
  EXPECT_EQ(count("calls"), 2);
  EXPECT_EQ(count("operations"), 2);
}

TEST_F(Purge, RemovesSettledNotificationsAndStepsOverPendingOnes) {
  SeededRandom random(7);
  const auto made = [&](int at, std::optional<UtcTime> settled) {
    model::NotificationRecord notification;
    notification.id = NotificationId{Uuid::ordered(at_second(at), random)};
    notification.status =
        settled ? model::NotificationStatus::taken : model::NotificationStatus::pending;
    notification.settled = settled;
    keep(notification);
  };
  for (int i = 0; i < 10; ++i) made(1, std::nullopt);
  made(2, at_second(3));
  made(2, at_second(4));
  made(2, at_second(100));
  made(101, at_second(102));
  ASSERT_TRUE(store_.commit(rows_));
  PurgeRequest request{.notifications_settled_before = at_second(100), .limit = 1};
  EXPECT_TRUE(store_.purge(request)->more);
  EXPECT_EQ(store_.purge(request)->rows, 1u);
  EXPECT_EQ(store_.purge(request)->rows, 0u);
  EXPECT_EQ(count("notifications WHERE status = 'pending'"), 10);
  EXPECT_EQ(count("notifications"), 12);
}

TEST_F(Purge, GoesInBoundedSteps) {
  keep(model::TimelineRecord{CallId{}, at_second(900), "{}"});  // of a clock that was ahead
  for (int i = 0; i < 7; ++i) keep(model::TimelineRecord{CallId{}, at_second(i), "{}"});
  for (std::uint8_t i = 0; i < 4; ++i) {
    keep(model::RefreshTokenRecord{Bytes{i}, UserId{}, TenantId{}, at_second(i)});
  }
  ASSERT_TRUE(store_.commit(rows_));
  const PurgeRequest request{
      .timeline_before = at_second(7), .refresh_tokens_expired_before = at_second(3), .limit = 5};
  const PurgeReport first = *store_.purge(request);
  EXPECT_EQ(first.rows, 5u + 3u);
  EXPECT_TRUE(first.more);
  const PurgeReport second = *store_.purge(request);
  EXPECT_EQ(second.rows, 2u);
  EXPECT_FALSE(second.more);
  EXPECT_EQ(count("refresh_tokens"), 1);
}

}  // namespace
}  // namespace parley::store
