#include "store/migrations.hpp"

#include "store/row_sql.hpp"
#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using std::chrono::milliseconds;

SqliteDatabase writable(const std::string& path) {
  return std::move(SqliteDatabase::open(path, OpenMode::read_write, milliseconds(0))).value();
}

template <class Record>
void expect_columns_as_described(SqliteDatabase& database) {
  std::string found;
  SqliteStatement columns = *database.prepare(std::string("SELECT name FROM pragma_table_info('") +
                                              Record::kTable + "')");
  while (*columns.step()) found += (found.empty() ? "" : ", ") + std::string(columns.text(0));
  EXPECT_EQ(found, column_list<Record>()) << Record::kTable;
}

template <class... Records>
void expect_all_columns(SqliteDatabase& database, const std::variant<Records...>*) {
  (expect_columns_as_described<Records>(database), ...);
}

TEST(Migrations, MakeTheColumnsThatTheRecordsDescribe) {
  const TemporaryFolder folder;
  SqliteDatabase database = writable(folder.file());
  ASSERT_TRUE(migrate(database));
  expect_all_columns(database, static_cast<const model::Row*>(nullptr));
}

TEST(Migrations, RunOnce) {
  const TemporaryFolder folder;
  SqliteDatabase database = writable(folder.file());
  ASSERT_TRUE(migrate(database));
  EXPECT_TRUE(migrate(database));
  EXPECT_EQ(*database.integer_of("PRAGMA user_version"), newest_schema());
}

TEST(Migrations, KeepOfAnOlderFileWhatThePurgeWillFind) {
  const TemporaryFolder folder;
  {
    SqliteDatabase database = writable(folder.file());
    ASSERT_TRUE(database.execute(migrations().front()));
    ASSERT_TRUE(database.execute("PRAGMA user_version = 1"));
    ASSERT_TRUE(database.execute(
        "INSERT INTO timeline VALUES ('017f22e2-79b0-7000-8000-000000000000', 7, '{}'),"
        "('7d444840-9dc0-41d1-b245-5ffdce74fad2', 4, '{}')"));
  }
  SqliteStore store = open_store(folder.file());
  SqliteDatabase database = writable(folder.file());
  EXPECT_EQ(*database.integer_of("PRAGMA user_version"), newest_schema());
  EXPECT_EQ(*database.integer_of("SELECT sum(at) FROM timeline"), 7);
}

TEST(Migrations, NewerFileIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  {
    SqliteDatabase database = writable(folder.file());
    ASSERT_TRUE(migrate(database));
    ASSERT_TRUE(database.execute("PRAGMA user_version = 999"));
  }
  const auto store = SqliteStore::open({.path = folder.file()});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().fault, StoreFault::newer_schema);
  EXPECT_NE(store.error().text.find("999"), std::string::npos);
  EXPECT_EQ(StoreReader::open(folder.file()).error().fault, StoreFault::newer_schema);
  EXPECT_EQ(*writable(folder.file()).integer_of("PRAGMA user_version"), 999);
}

TEST(Migrations, ReaderRefusesAFileThatNobodyUpgraded) {
  const TemporaryFolder folder;
  { SqliteDatabase database = writable(folder.file()); }
  EXPECT_FALSE(StoreReader::open(folder.file()));
}

}  // namespace
}  // namespace parley::store
