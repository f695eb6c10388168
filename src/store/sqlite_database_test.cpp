#include "store/sqlite_database.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>

#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using std::chrono::milliseconds;

SqliteDatabase writable(const std::string& path) {
  return std::move(SqliteDatabase::open(path, OpenMode::read_write, milliseconds(0))).value();
}

TEST(SqliteDatabase, KeepsTextAndBlobsExactly) {
  const TemporaryFolder folder;
  SqliteDatabase database = writable(folder.file());
  ASSERT_TRUE(database.execute("CREATE TABLE t (a TEXT, b BLOB, c INTEGER, d TEXT)"));
  SqliteStatement insert = *database.prepare("INSERT INTO t VALUES (?, ?, ?, ?)");
  const std::string text("a\0b", 3);
  insert.bind_text(1, text);
  insert.bind_blob(2, {});
  insert.bind_integer(3, -5);
  insert.bind_null(4);
  ASSERT_TRUE(insert.run());
  SqliteStatement select = *database.prepare("SELECT a, b, c, d FROM t");
  ASSERT_TRUE(*select.step());
  EXPECT_EQ(select.text(0), text);
  EXPECT_FALSE(select.is_null(1));
  EXPECT_TRUE(select.blob(1).empty());
  EXPECT_EQ(select.integer(2), -5);
  EXPECT_TRUE(select.is_null(3));
  EXPECT_FALSE(*select.step());
}

TEST(SqliteDatabase, BindingAParameterThatIsNotThereFailsTheStep) {
  const TemporaryFolder folder;
  SqliteDatabase database = writable(folder.file());
  SqliteStatement statement = *database.prepare("SELECT 1");
  statement.bind_integer(1, 7);
  EXPECT_FALSE(statement.step());
  EXPECT_TRUE(statement.step());
}

TEST(SqliteDatabase, FileIsPrivateAndSoIsItsWal) {
  const TemporaryFolder folder;
  std::ofstream(folder.file()).flush();
  ::chmod(folder.file().c_str(), 0644);
  const SqliteStore store = open_store(folder.file());
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    struct stat found {};
    ASSERT_EQ(::stat((folder.file() + suffix).c_str(), &found), 0) << suffix;
    EXPECT_EQ(found.st_mode & 0777, 0600u) << suffix;
  }
}

TEST(SqliteDatabase, FaultsHaveTheirKind) {
  const TemporaryFolder folder;
  EXPECT_EQ(SqliteDatabase::open(folder.file("none.db"), OpenMode::read_only, milliseconds(0))
                .error()
                .fault,
            StoreFault::cannot_open);
  EXPECT_EQ(
      SqliteDatabase::open(folder.file("no/such/folder.db"), OpenMode::read_write, milliseconds(0))
          .error()
          .fault,
      StoreFault::cannot_open);

  std::ofstream(folder.file("text.db")) << std::string(5000, 'x');
  SqliteDatabase text = writable(folder.file("text.db"));
  EXPECT_EQ(text.execute("SELECT * FROM sqlite_schema").error().fault, StoreFault::corrupt);

  SqliteDatabase first = writable(folder.file());
  ASSERT_TRUE(first.execute("CREATE TABLE t (a)"));
  SqliteDatabase reader =
      *SqliteDatabase::open(folder.file(), OpenMode::read_only, milliseconds(0));
  EXPECT_EQ(reader.execute("INSERT INTO t VALUES (1)").error().fault, StoreFault::read_only);

  SqliteDatabase second = writable(folder.file());
  const auto held = SqliteTransaction::begin(first);
  ASSERT_TRUE(held);
  EXPECT_EQ(SqliteTransaction::begin(second).error().fault, StoreFault::busy);
}

TEST(SqliteDatabase, WhatMayPassIsToldFromWhatWillNot) {
  EXPECT_EQ(fault_of(SQLITE_NOMEM), StoreFault::no_memory);
  EXPECT_EQ(fault_of(SQLITE_PROTOCOL), StoreFault::busy);
  EXPECT_EQ(fault_of(SQLITE_BUSY_SNAPSHOT), StoreFault::busy);
  EXPECT_EQ(fault_of(SQLITE_IOERR_NOMEM), StoreFault::io);
  EXPECT_EQ(fault_of(SQLITE_CONSTRAINT_UNIQUE), StoreFault::other);
}

TEST(SqliteDatabase, AMomentWithoutMemoryPasses) {
  const TemporaryFolder folder;
  SqliteDatabase database = writable(folder.file());
  ASSERT_TRUE(database.execute("CREATE TABLE t (a)"));
  const std::string insert = "INSERT INTO t VALUES (hex(zeroblob(1000000)))";
  sqlite3_hard_heap_limit64(sqlite3_memory_used() + 100'000);
  const auto refused = database.execute(insert.c_str());
  sqlite3_hard_heap_limit64(0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, StoreFault::no_memory) << refused.error().text;
  EXPECT_TRUE(database.execute(insert.c_str()));
  EXPECT_EQ(*database.integer_of("SELECT count(*) FROM t"), 1);
}

TEST(SqliteTransaction, LeftWithoutCommitIsRolledBack) {
  const TemporaryFolder folder;
  SqliteDatabase database = writable(folder.file());
  ASSERT_TRUE(database.execute("CREATE TABLE t (a)"));
  {
    auto transaction = SqliteTransaction::begin(database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1)"));
  }
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(*database.integer_of("SELECT count(*) FROM t"), 0);
}

}  // namespace
}  // namespace parley::store
