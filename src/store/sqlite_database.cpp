#include "store/sqlite_database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace parley::store {
namespace {

constexpr mode_t kFileMode = 0600;

}  // namespace

StoreFault fault_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:  // the locks of the WAL were contended for too long
      return StoreFault::busy;
    case SQLITE_NOMEM:
      return StoreFault::no_memory;
    case SQLITE_FULL:
      return StoreFault::disk_full;
    case SQLITE_READONLY:
      return StoreFault::read_only;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return StoreFault::cannot_open;
    case SQLITE_IOERR:
      return StoreFault::io;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StoreFault::corrupt;
    default:
      return StoreFault::other;
  }
}

namespace {

Failure<StoreError> failure(sqlite3* database, int code) {
  const char* const text = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  return Failure{StoreError{fault_of(code), std::string("store: ") + text}};
}

/// SQLite would make the file as the umask allows; the WAL beside it takes over the mode set here.
StoreResult<void> make_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (file < 0 && (errno == EACCES || errno == EROFS)) {
    return Failure{StoreError{StoreFault::read_only,
                              "store: " + path + " may not be written: " + std::strerror(errno)}};
  }
  if (file < 0) {
    return Failure{StoreError{StoreFault::cannot_open,
                              "store: cannot open " + path + ": " + std::strerror(errno)}};
  }
  const bool set = ::fchmod(file, kFileMode) == 0;
  ::close(file);
  if (set) return {};
  return Failure{StoreError{StoreFault::cannot_open, "store: cannot make " + path + " private"}};
}

}  // namespace

void SqliteStatement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void SqliteStatement::keep_fault(int code) {
  if (code != SQLITE_OK && bind_fault_ == SQLITE_OK) bind_fault_ = code;
}

void SqliteStatement::bind_text(int parameter, std::string_view text) {
  // A null pointer would bind NULL; an empty text is not that.
  const char* const data = text.empty() ? "" : text.data();
  keep_fault(sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8));
}

void SqliteStatement::bind_blob(int parameter, ByteView blob) {
  const void* const data = blob.empty() ? "" : static_cast<const void*>(blob.data());
  keep_fault(sqlite3_bind_blob64(statement_.get(), parameter, data, blob.size(), SQLITE_TRANSIENT));
}

void SqliteStatement::bind_integer(int parameter, std::int64_t value) {
  keep_fault(sqlite3_bind_int64(statement_.get(), parameter, value));
}

void SqliteStatement::bind_null(int parameter) {
  keep_fault(sqlite3_bind_null(statement_.get(), parameter));
}

StoreResult<bool> SqliteStatement::step() {
  if (bind_fault_ != SQLITE_OK) {
    const int code = std::exchange(bind_fault_, SQLITE_OK);
    reset();
    return failure(nullptr, code);
  }
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  const auto failed = failure(sqlite3_db_handle(statement_.get()), code);
  reset();
  return failed;
}

StoreResult<void> SqliteStatement::run() {
  for (;;) {
    const StoreResult<bool> row = step();
    if (!row) return Failure{row.error()};
    if (!*row) return {};
  }
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_.get());
}

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string_view SqliteStatement::text(int column) const {
  const auto* const data =
      reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (!data) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

ByteView SqliteStatement::blob(int column) const {
  const auto* const data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  if (!data) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

void SqliteDatabase::Closer::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

StoreResult<SqliteDatabase> SqliteDatabase::open(const std::string& path, OpenMode mode,
                                                 std::chrono::milliseconds busy_timeout) {
  if (mode == OpenMode::read_write) {
    if (const StoreResult<void> made = make_private(path); !made) return Failure{made.error()};
  }
  const int flags = SQLITE_OPEN_NOMUTEX |
                    (mode == OpenMode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  SqliteDatabase database;
  database.database_.reset(raw);
  if (code != SQLITE_OK) {
    return Failure{
        StoreError{fault_of(code), "store: cannot open " + path + ": " + sqlite3_errstr(code)}};
  }
  sqlite3_busy_timeout(raw, static_cast<int>(busy_timeout.count()));
  return database;
}

StoreResult<void> SqliteDatabase::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(database_.get(), code);
  return {};
}

StoreResult<SqliteStatement> SqliteDatabase::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return failure(database_.get(), code);
  return SqliteStatement(raw);
}

StoreResult<std::int64_t> SqliteDatabase::integer_of(std::string_view sql) {
  StoreResult<SqliteStatement> statement = prepare(sql);
  if (!statement) return Failure{statement.error()};
  const StoreResult<bool> row = statement->step();
  if (!row) return Failure{row.error()};
  return *row ? statement->integer(0) : 0;
}

void SqliteDatabase::checkpoint_on_close(bool does) {
  sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, does ? 0 : 1, nullptr);
}

StoreResult<void> SqliteDatabase::empty_log() {
  const int code = sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                             nullptr, nullptr);
  if (code != SQLITE_OK) return failure(database_.get(), code);
  return {};
}

std::int64_t SqliteDatabase::changes() const {
  return sqlite3_changes64(database_.get());
}

bool SqliteDatabase::in_transaction() const {
  return sqlite3_get_autocommit(database_.get()) == 0;
}

StoreResult<SqliteTransaction> SqliteTransaction::begin(SqliteDatabase& database) {
  if (const StoreResult<void> begun = database.execute("BEGIN IMMEDIATE"); !begun) {
    return Failure{begun.error()};
  }
  return SqliteTransaction(database);
}

SqliteTransaction::SqliteTransaction(SqliteTransaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

SqliteTransaction::~SqliteTransaction() {
  // SQLite itself rolls back on some errors (a full disk); a failed ROLLBACK leaves nothing to
  // undo.
  if (database_ && database_->in_transaction())
    static_cast<void>(database_->execute("ROLLBACK").ok());
}

StoreResult<void> SqliteTransaction::commit() {
  const StoreResult<void> committed = database_->execute("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace parley::store
