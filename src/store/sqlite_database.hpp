#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "store/store_error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace parley::store {

/// A prepared statement. Parameters count from 1, columns from 0, as in SQLite. It must not outlive
/// its database. A failed bind is told by the next `step`.
class SqliteStatement {
 public:
  void bind_text(int parameter, std::string_view text);
  void bind_blob(int parameter, ByteView blob);
  void bind_integer(int parameter, std::int64_t value);
  void bind_null(int parameter);

  /// True when a row is there to read, false when the statement is done (it is then reset).
  StoreResult<bool> step();
  /// Steps to the end, ignoring rows.
  StoreResult<void> run();
  void reset();

  // The current row's cells; views stay valid until the next step or reset.
  bool is_null(int column) const;
  std::string_view text(int column) const;
  ByteView blob(int column) const;
  std::int64_t integer(int column) const;

 private:
  friend class SqliteDatabase;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };

  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}
  void keep_fault(int code);

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int bind_fault_ = 0;
};

/// Of a result code of SQLite, a primary or an extended one.
StoreFault fault_of(int code);

enum class OpenMode {
  read_write,  ///< makes the file (mode 0600) when it is missing
  read_only,
};

/// One connection, used by one thread at a time.
class SqliteDatabase {
 public:
  static StoreResult<SqliteDatabase> open(const std::string& path, OpenMode mode,
                                          std::chrono::milliseconds busy_timeout);

  /// Runs one or more statements without parameters.
  StoreResult<void> execute(const std::string& sql);
  StoreResult<SqliteStatement> prepare(std::string_view sql);
  /// The single integer that a statement such as a PRAGMA answers.
  StoreResult<std::int64_t> integer_of(std::string_view sql);
  /// Whether the last connection to go writes the WAL into the file, as it does by default.
  void checkpoint_on_close(bool does);
  /// Moves all of the WAL into the file, syncs that, and begins the WAL anew; `busy` while somebody
  /// reads.
  StoreResult<void> empty_log();
  /// Rows changed by the last statement.
  std::int64_t changes() const;
  bool in_transaction() const;

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };

  std::unique_ptr<sqlite3, Closer> database_;
};

/// `BEGIN IMMEDIATE` until `commit`; rolled back when it goes out of scope before that.
class SqliteTransaction {
 public:
  static StoreResult<SqliteTransaction> begin(SqliteDatabase& database);
  SqliteTransaction(SqliteTransaction&& other) noexcept;
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  ~SqliteTransaction();

  StoreResult<void> commit();

 private:
  explicit SqliteTransaction(SqliteDatabase& database) : database_(&database) {}

  SqliteDatabase* database_;
};

}  // namespace parley::store
